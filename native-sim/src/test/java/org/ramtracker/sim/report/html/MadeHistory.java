package org.ramtracker.sim.report.html;

import java.util.List;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.forecast.DirtyHistory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.trace.TraceBlock;
import org.ramtracker.trace.TraceLayout;

/** A guest of 16 MiB and a little video memory that writes a hot set in each epoch of 50 ms, and a stream that goes round. */
record MadeHistory(int epochCount, int hotPages, int streamPages) implements DirtyHistory {
    static final long RAM_PAGES = 4096;
    static final long HOT_FIRST_PAGE = 1024;
    static final long STREAM_FIRST_PAGE = 2048;

    private static final long EPOCH_NANOS = 50_000_000;

    @Override
    public TraceLayout layout() {
        return new TraceLayout(
                PageSize.KIB_4,
                List.of(
                        new TraceBlock("pc.ram", 0, 0, RAM_PAGES),
                        new TraceBlock("vga.vram", 0xfd000000L, RAM_PAGES, 64)));
    }

    @Override
    public long epochs() {
        return epochCount;
    }

    @Override
    public long durationNanos() {
        return epochCount * EPOCH_NANOS;
    }

    @Override
    public long meanSyncNanos() {
        return 0;
    }

    @Override
    public long epochAt(long nanos) {
        return nanos / EPOCH_NANOS;
    }

    @Override
    public void addZeroPagesTo(PageBitmap set) {}

    @Override
    public void addDuplicatePagesTo(PageBitmap set) {}

    @Override
    public Epochs read() {
        return new Reader();
    }

    private final class Reader implements Epochs {
        private long epoch;
        private int run;

        @Override
        public void moveTo(long index) {
            epoch = index;
            run = 0;
        }

        @Override
        public long startNanos() {
            return epoch * EPOCH_NANOS;
        }

        @Override
        public long endNanos() {
            return (epoch + 1) * EPOCH_NANOS;
        }

        @Override
        public boolean nextRun() {
            run++;
            return run <= 2;
        }

        @Override
        public long runFirstPage() {
            return run == 1 ? HOT_FIRST_PAGE : STREAM_FIRST_PAGE + epoch * streamPages % 1024;
        }

        @Override
        public long runPages() {
            return run == 1 ? hotPages : streamPages;
        }
    }
}
