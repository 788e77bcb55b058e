package org.ramtracker.forecast;

import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.trace.DirtyTrace;
import org.ramtracker.trace.EpochCursor;
import org.ramtracker.trace.TraceLayout;

/** A recorded trace as a history. */
record TraceHistory(DirtyTrace trace) implements DirtyHistory {
    @Override
    public TraceLayout layout() {
        return trace.layout();
    }

    @Override
    public long epochs() {
        return trace.epochs();
    }

    @Override
    public long durationNanos() {
        return trace.durationNanos();
    }

    @Override
    public long meanSyncNanos() {
        long sum = 0;
        for (long epoch = 0; epoch < trace.epochs(); epoch++) {
            sum += trace.syncNanos(epoch);
        }
        return sum / trace.epochs();
    }

    @Override
    public long epochAt(long nanos) {
        return trace.epochAt(nanos);
    }

    @Override
    public void addZeroPagesTo(PageBitmap set) {
        trace.addZeroPagesTo(set);
    }

    @Override
    public void addDuplicatePagesTo(PageBitmap set) {
        trace.addDuplicatePagesTo(set);
    }

    @Override
    public Epochs read() {
        return new Cursor(trace.cursor());
    }

    private record Cursor(EpochCursor epoch) implements Epochs {
        @Override
        public void moveTo(long index) {
            epoch.moveTo(index);
        }

        @Override
        public long startNanos() {
            return epoch.startNanos();
        }

        @Override
        public long endNanos() {
            return epoch.endNanos();
        }

        @Override
        public boolean nextRun() {
            return epoch.nextRun();
        }

        @Override
        public long runFirstPage() {
            return epoch.runFirstPage();
        }

        @Override
        public long runPages() {
            return epoch.runPages();
        }
    }
}
