package org.ramtracker.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Finds loops that have become much slower than what bounds them. It compares within one process: base and subject run in
 * turns, and the best of each counts, so that load from elsewhere, which only ever makes a run longer and strikes both alike,
 * does not decide. The floors are about half of what is usual ({@code docs/performance.md}): the gate is there for a loop that
 * is no longer vectorised, not for a few per cent.
 */
final class RatioGate {
    private static final int ROUNDS = 12;
    private static final int ATTEMPTS = 5;
    private static final long WARM_UP_NANOS = 600_000_000L;

    private RatioGate() {}

    /** Something that is timed; what it answers is kept, so that it is not optimised away. */
    interface Timed {
        long run() throws IOException;
    }

    /**
     * A loop and what bounds it.
     *
     * @param name what it is, for people
     * @param floor the least share of the base that is accepted
     * @param base the limit
     * @param subject the loop
     */
    record Pair(String name, double floor, Timed base, Timed subject) {}

    /** What came of a pair. */
    record Verdict(Pair pair, double ratio) {
        boolean isGood() {
            return ratio >= pair.floor();
        }
    }

    /** What was timed answers something, and so is not left out by the compiler. */
    static long answers;

    /** Measures all pairs, prints what came of them, and says whether all are good. */
    static boolean run(PrintStream out) throws IOException {
        boolean good = true;
        try (GatedLoops loops = new GatedLoops()) {
            for (Pair pair : loops.pairs()) {
                Verdict verdict = judge(pair);
                print(out, verdict);
                good &= verdict.isGood();
            }
        }
        return good;
    }

    static void print(PrintStream out, Verdict verdict) {
        out.printf(
                Locale.ROOT,
                "%-44s %5.2f of its limit, floor %.2f%s%n",
                verdict.pair().name(),
                verdict.ratio(),
                verdict.pair().floor(),
                verdict.isGood() ? "" : ": TOO SLOW");
    }

    /**
     * A pair that fails is warmed up further and measured again, because on busy processors the compiler comes late: only what
     * fails each time is too slow.
     */
    static Verdict judge(Pair pair) throws IOException {
        Verdict best = new Verdict(pair, 0);
        for (int attempt = 0; attempt < ATTEMPTS && !best.isGood(); attempt++) {
            for (Timed timed : List.of(pair.base(), pair.subject())) {
                warmUp(timed);
            }
            Verdict verdict = new Verdict(pair, ratio(pair));
            best = verdict.ratio() > best.ratio() ? verdict : best;
        }
        return best;
    }

    private static void warmUp(Timed timed) throws IOException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < WARM_UP_NANOS) {
            answers += timed.run();
        }
    }

    private static double ratio(Pair pair) throws IOException {
        long base = Long.MAX_VALUE;
        long subject = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            base = Math.min(base, nanosOf(pair.base()));
            subject = Math.min(subject, nanosOf(pair.subject()));
        }
        return (double) base / subject;
    }

    private static long nanosOf(Timed timed) throws IOException {
        long begin = System.nanoTime();
        answers += timed.run();
        return System.nanoTime() - begin;
    }
}
