package org.ramtracker.forecast;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Forecasts many cases. Each row is a function of its case alone, so it does not matter where, when, in which order, or on how
 * many threads they are played.
 *
 * <p>Threads: any number may call.
 */
public final class Sweep {
    private static final int AHEAD_PER_THREAD = 4;

    private Sweep() {}

    /**
     * Plays one case.
     *
     * @param sweepCase what is asked
     * @param history that of its trace
     * @return its row
     * @throws IllegalArgumentException if there is no such policy, or a value is out of range
     */
    public static SweepRow row(SweepCase sweepCase, DirtyHistory history) {
        return row(sweepCase, history, Forecaster::play);
    }

    private static SweepRow row(SweepCase sweepCase, DirtyHistory history, Function<ForecastRequest, Course> playing) {
        Forecast forecast = Forecaster.forecast(sweepCase.request(history), playing);
        return SweepRow.of(sweepCase, forecast, Regret.of(forecast.request(), forecast.course(), playing));
    }

    /**
     * The cases of one machine of several: every n-th one, so that each gets as much of every trace and policy.
     *
     * @param cases all cases, in the same order on every machine
     * @param shard which machine, in {@code [0, shards)}
     * @param shards how many there are
     * @return its cases, in order
     * @throws IllegalArgumentException if there is no such shard
     */
    public static List<SweepCase> shard(List<SweepCase> cases, int shard, int shards) {
        if (shard < 0 || shard >= shards) {
            throw new IllegalArgumentException("shard %d of %d".formatted(shard, shards));
        }
        return IntStream.range(0, cases.size())
                .filter(index -> index % shards == shard)
                .mapToObj(cases::get)
                .toList();
    }

    /**
     * Plays cases on several threads.
     *
     * @param cases the cases
     * @param histories the history of each trace; called by many threads
     * @param threads how many threads, at least 1; the rows do not depend on it
     * @param rows told each row as soon as those before it are there: in the order of the cases, on the caller's thread
     * @throws InterruptedException if the caller is interrupted; the rows that were told are all there is
     */
    public static void run(
            List<SweepCase> cases,
            Function<TraceIdentity, DirtyHistory> histories,
            int threads,
            Consumer<SweepRow> rows)
            throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        PlayedMigrations played = new PlayedMigrations();
        try {
            run(
                    pool,
                    cases,
                    sweepCase -> row(sweepCase, histories.apply(sweepCase.trace()), played::play),
                    threads,
                    rows);
        } finally {
            pool.shutdownNow();
        }
    }

    /** No more than a few cases ahead of the row that is waited for: an end halfway loses little. */
    private static void run(
            ExecutorService pool,
            List<SweepCase> cases,
            Function<SweepCase, SweepRow> play,
            int threads,
            Consumer<SweepRow> rows)
            throws InterruptedException {
        Deque<Future<SweepRow>> ahead = new ArrayDeque<>();
        for (SweepCase sweepCase : cases) {
            ahead.add(pool.submit(() -> play.apply(sweepCase)));
            if (ahead.size() > AHEAD_PER_THREAD * threads) {
                rows.accept(result(ahead.remove()));
            }
        }
        while (!ahead.isEmpty()) {
            rows.accept(result(ahead.remove()));
        }
    }

    private static SweepRow result(Future<SweepRow> row) throws InterruptedException {
        try {
            return row.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }
}
