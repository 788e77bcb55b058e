package org.ramtracker.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.PageSize;
import org.ramtracker.trace.TraceBlock;
import org.ramtracker.trace.TraceLayout;

/** A history that a test makes: epochs of equal length, each a list of runs. */
final class MadeHistory implements DirtyHistory {
    static final long EPOCH_NANOS = 50_000_000L;

    private final TraceLayout layout;
    private final long epochNanos;
    private final List<long[]> epochs = new ArrayList<>();
    private long zeroPages;

    MadeHistory(long pages, long epochNanos) {
        this(new TraceLayout(PageSize.KIB_4, List.of(new TraceBlock("ram", 0, 0, pages))), epochNanos);
    }

    MadeHistory(TraceLayout layout, long epochNanos) {
        this.layout = layout;
        this.epochNanos = epochNanos;
    }

    /** The first pages are zero. */
    MadeHistory zero(long pages) {
        zeroPages = pages;
        return this;
    }

    /** One more epoch: first page and count of each run. */
    MadeHistory epoch(long... runs) {
        epochs.add(runs);
        return this;
    }

    /** Writes to random pages of {@code [first, first + count)}, so many a second, as they fall into epochs. */
    static MadeHistory random(
            long pages, long first, long count, double writesPerSecond, int epochCount, long epochNanos) {
        MadeHistory history = new MadeHistory(pages, epochNanos);
        SplittableRandom random = new SplittableRandom(1);
        double owed = 0;
        for (int epoch = 0; epoch < epochCount; epoch++) {
            BitSet written = new BitSet();
            for (owed += writesPerSecond * epochNanos / 1e9; owed >= 1; owed--) {
                written.set((int) (first + random.nextLong(count)));
            }
            history.epoch(runsOf(written));
        }
        return history;
    }

    /** A sweep through all pages, over and over. */
    static MadeHistory sweep(long pages, long pagesPerEpoch, int epochCount) {
        MadeHistory history = new MadeHistory(pages, EPOCH_NANOS);
        for (int epoch = 0; epoch < epochCount; epoch++) {
            long first = epoch * pagesPerEpoch % pages;
            history.epoch(first, Math.min(pagesPerEpoch, pages - first));
        }
        return history;
    }

    static long[] runsOf(BitSet written) {
        long[] runs = new long[2 * written.cardinality()];
        int length = 0;
        for (int first = written.nextSetBit(0); first >= 0; ) {
            int end = written.nextClearBit(first);
            runs[length++] = first;
            runs[length++] = (long) end - first;
            first = written.nextSetBit(end);
        }
        return Arrays.copyOf(runs, length);
    }

    @Override
    public TraceLayout layout() {
        return layout;
    }

    @Override
    public long epochs() {
        return epochs.size();
    }

    @Override
    public long durationNanos() {
        return epochs.size() * epochNanos;
    }

    @Override
    public long meanSyncNanos() {
        return 0;
    }

    @Override
    public long epochAt(long nanos) {
        return nanos / epochNanos;
    }

    @Override
    public void addZeroPagesTo(PageBitmap set) {
        set.add(0, zeroPages);
    }

    @Override
    public void addDuplicatePagesTo(PageBitmap set) {}

    @Override
    public Epochs read() {
        return new Reader();
    }

    private final class Reader implements Epochs {
        private int epoch;
        private int next;

        @Override
        public void moveTo(long index) {
            epoch = (int) index;
            next = 0;
        }

        @Override
        public long startNanos() {
            return epoch * epochNanos;
        }

        @Override
        public long endNanos() {
            return startNanos() + epochNanos;
        }

        @Override
        public boolean nextRun() {
            next += 2;
            return next <= epochs.get(epoch).length;
        }

        @Override
        public long runFirstPage() {
            return epochs.get(epoch)[next - 2];
        }

        @Override
        public long runPages() {
            return epochs.get(epoch)[next - 1];
        }
    }
}
