package org.ramtracker.sim.guest;

import static org.ramtracker.sim.guest.Stamps.WORD;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.ramtracker.memory.RamBlock;

/**
 * Compares memory with what a drained guest must have left there, knowing only its spec and the steps that each thread
 * made. First it goes back from the last step of each thread to find who wrote each page last; it stops when all pages of
 * the thread are known or at step 0. Then it reads every word of every page:
 *
 * <ul>
 *   <li>a page never written holds its fill;
 *   <li>in a written page the first word, the last word and the slot of the last step hold that step's stamp, and any
 *       other word holds its fill or the stamp of an earlier step that has this page and this slot.
 * </ul>
 *
 * One fault escapes: a word in the middle that holds an older of its legal values while the three places of the last step
 * are right. No copy made front to back, or back to front, of a page at some moment looks like that.
 *
 * <p>The ledger, if the guest has one, holds the last stamp of every page.
 *
 * <p>Threads: one at a time; works on all cores.
 */
final class SelfCheck {
    private static final ValueLayout.OfLong STEP = ValueLayout.JAVA_LONG;
    private static final long UNWRITTEN = -1;
    /** In place of a step: no step of this guest. Greater than every step, so never an earlier one. */
    private static final long NOBODYS = Long.MAX_VALUE;
    /** What {@link #firstBadOffset} answers for a page without one. */
    private static final int NONE = -1;

    private final PageLayout layout;
    private final PageFill fill;
    private final Stamps stamps;
    private final List<WritePattern> patterns;
    private final Optional<Ledger> ledger;

    SelfCheck(PageLayout layout, PageFill fill, Stamps stamps, List<WritePattern> patterns, Optional<Ledger> ledger) {
        this.layout = layout;
        this.fill = fill;
        this.stamps = stamps;
        this.patterns = patterns;
        this.ledger = ledger;
    }

    SelfCheckReport run(long[] stepsOfThread) {
        try (Arena arena = Arena.ofShared()) {
            Run run = new Run(stepsOfThread, arena.allocate(STEP, layout.pages()));
            long written =
                    patterns.parallelStream().mapToLong(run::findLastWriters).sum();
            layout.forEachChunk(run::checkPages);
            return run.report(written);
        }
    }

    /** One check: who wrote each page last, and what was found bad so far. */
    private final class Run {
        private final long[] stepsOfThread;
        /** By ordinal, one more than the step that wrote the page last; 0 if none did. */
        private final MemorySegment lastWriter;

        private final AtomicLong badPageCount = new AtomicLong();
        private final List<BadOrdinal> badPages = new ArrayList<>();

        private record BadOrdinal(long ordinal, BadPage page) {}

        Run(long[] stepsOfThread, MemorySegment lastWriter) {
            this.stepsOfThread = stepsOfThread;
            this.lastWriter = lastWriter;
        }

        /** Fills in the last writers of one thread's share; says how many pages have one. */
        long findLastWriters(WritePattern pattern) {
            long written = 0;
            for (long step = stepsOfThread[pattern.thread()] - 1; step >= 0 && written < pattern.pages(); step--) {
                long ordinal = pattern.ordinalOf(step);
                if (lastWriter.getAtIndex(STEP, ordinal) == 0) {
                    lastWriter.setAtIndex(STEP, ordinal, step + 1);
                    written++;
                }
            }
            return written;
        }

        void checkPages(long from, long to) {
            for (long ordinal = from; ordinal < to; ordinal++) {
                long step = lastWriter.getAtIndex(STEP, ordinal) - 1;
                int bad = firstBadOffset(ordinal, step);
                if (bad != NONE) {
                    addBadPage(ordinal, describe(ordinal, step, bad));
                } else if (ledger.isPresent() && ledger.get().stampOf(ordinal) != ledgerWord(ordinal, step)) {
                    addBadPage(ordinal, describeLedger(ledger.get(), ordinal, step));
                }
            }
        }

        private synchronized void addBadPage(long ordinal, BadPage page) {
            badPageCount.incrementAndGet();
            badPages.add(new BadOrdinal(ordinal, page));
            badPages.sort(Comparator.comparingLong(BadOrdinal::ordinal));
            if (badPages.size() > SelfCheckReport.BAD_PAGES_DESCRIBED) {
                badPages.removeLast();
            }
        }

        SelfCheckReport report(long writtenPages) {
            long steps = 0;
            for (long ofThread : stepsOfThread) {
                steps += ofThread;
            }
            List<BadPage> first = badPages.stream().map(BadOrdinal::page).toList();
            return new SelfCheckReport(layout.pages(), writtenPages, steps, badPageCount.get(), first);
        }
    }

    /** Offset in the page of a word that is not legal, the places of the last stamp first; or {@link #NONE}. */
    private int firstBadOffset(long ordinal, long step) {
        MemorySegment segment = layout.blockOf(ordinal).segment();
        long pageOffsetBytes = layout.offsetBytesOf(ordinal);
        if (step == UNWRITTEN) {
            return fill.matches(segment, pageOffsetBytes, ordinal)
                    ? NONE
                    : fill.firstMismatch(segment, pageOffsetBytes, ordinal, 0);
        }
        int badPlace = firstBadPlace(segment, pageOffsetBytes, stampOf(ordinal, step));
        return badPlace == NONE ? firstBadBetween(segment, pageOffsetBytes, ordinal, step) : badPlace;
    }

    private int firstBadPlace(MemorySegment segment, long pageOffsetBytes, long stamp) {
        for (int at : new int[] {0, stamps.lastOffsetBytes(), stamps.slotOffsetBytes(stamp)}) {
            if (segment.get(WORD, pageOffsetBytes + at) != stamp) {
                return at;
            }
        }
        return NONE;
    }

    private int firstBadBetween(MemorySegment segment, long pageOffsetBytes, long ordinal, long step) {
        int at = fill.firstMismatch(segment, pageOffsetBytes, ordinal, Long.BYTES);
        while (at < stamps.lastOffsetBytes()) {
            long word = segment.get(WORD, pageOffsetBytes + at);
            if (stamps.slotOffsetBytes(word) != at || stepThatWrote(word, ordinal) > step) {
                return at;
            }
            at = fill.firstMismatch(segment, pageOffsetBytes, ordinal, at + Long.BYTES);
        }
        return NONE;
    }

    private BadPage describe(long ordinal, long step, int badOffsetBytes) {
        RamBlock block = layout.blockOf(ordinal);
        long pageOffsetBytes = layout.offsetBytesOf(ordinal);
        return new BadPage(
                faultOf(block.segment(), pageOffsetBytes, ordinal, step, badOffsetBytes),
                block.idstr(),
                pageOffsetBytes + badOffsetBytes,
                layout.pageSize().pageOf(pageOffsetBytes),
                expectedWord(ordinal, step, badOffsetBytes),
                block.segment().get(WORD, pageOffsetBytes + badOffsetBytes),
                step);
    }

    private long ledgerWord(long ordinal, long step) {
        return step == UNWRITTEN ? 0 : stampOf(ordinal, step);
    }

    private BadPage describeLedger(Ledger ledger, long ordinal, long step) {
        long found = ledger.stampOf(ordinal);
        boolean older = found == 0 || stepThatWrote(found, ordinal) < step;
        return new BadPage(
                older ? BadPage.Fault.STALE : BadPage.Fault.FOREIGN,
                ledger.block().idstr(),
                ledger.offsetBytesOf(ordinal),
                layout.pageSize().pageOf(ledger.offsetBytesOf(ordinal)),
                ledgerWord(ordinal, step),
                found,
                step);
    }

    private BadPage.Fault faultOf(
            MemorySegment segment, long pageOffsetBytes, long ordinal, long step, int badOffsetBytes) {
        long first = versionOf(segment.get(WORD, pageOffsetBytes), ordinal, 0);
        int lastAt = stamps.lastOffsetBytes();
        long last = versionOf(segment.get(WORD, pageOffsetBytes + lastAt), ordinal, lastAt);
        long bad = segment.get(WORD, pageOffsetBytes + badOffsetBytes);
        if (first == NOBODYS || last == NOBODYS) {
            return BadPage.Fault.FOREIGN;
        }
        if (first != last) {
            return BadPage.Fault.TORN;
        }
        if (first != step) {
            return first < step ? BadPage.Fault.STALE : BadPage.Fault.AHEAD;
        }
        boolean known = versionOf(bad, ordinal, badOffsetBytes) != NOBODYS;
        return known ? BadPage.Fault.TORN : BadPage.Fault.FOREIGN;
    }

    /** The step that left a word at this place of a page, {@link #UNWRITTEN} for the fill, or {@link #NOBODYS}. */
    private long versionOf(long word, long ordinal, int at) {
        if (word == fill.word(ordinal, at)) {
            return UNWRITTEN;
        }
        boolean outer = at == 0 || at == stamps.lastOffsetBytes();
        return outer || stamps.slotOffsetBytes(word) == at ? stepThatWrote(word, ordinal) : NOBODYS;
    }

    private long stepThatWrote(long word, long ordinal) {
        int thread = stamps.threadOf(word);
        long step = stamps.stepOf(word);
        boolean written = thread < patterns.size() && patterns.get(thread).writes(ordinal, step);
        return written ? step : NOBODYS;
    }

    private long expectedWord(long ordinal, long step, int at) {
        if (step != UNWRITTEN) {
            long stamp = stampOf(ordinal, step);
            if (at == 0 || at == stamps.lastOffsetBytes() || at == stamps.slotOffsetBytes(stamp)) {
                return stamp;
            }
        }
        return fill.word(ordinal, at);
    }

    private long stampOf(long ordinal, long step) {
        return stamps.stamp(layout.ownerOf(ordinal, patterns.size()), step);
    }
}
