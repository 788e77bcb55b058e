package org.ramtracker.forecast;

import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.trace.DirtyTrace;
import org.ramtracker.trace.TraceLayout;

/**
 * What a guest wrote, epoch by epoch: what a forecast goes by.
 *
 * <p>Threads: usable by any number of threads, each with {@link Epochs} of its own.
 */
public interface DirtyHistory {
    /**
     * A recorded trace.
     *
     * @param trace the trace; it must stay open as long as the history is used
     * @return its history
     */
    static DirtyHistory of(DirtyTrace trace) {
        return new TraceHistory(trace);
    }

    /**
     * The same history, read once into memory: for many forecasts of it.
     *
     * @return a history with the same answers; this one if it is there already, or too large
     */
    default DirtyHistory inMemory() {
        return HistoryInMemory.of(this);
    }

    /**
     * The shape of the guest's memory.
     *
     * @return page size and blocks
     */
    TraceLayout layout();

    /**
     * How many epochs there are.
     *
     * @return the count, at least 1
     */
    long epochs();

    /**
     * How long the guest was watched.
     *
     * @return nanoseconds, more than 0
     */
    long durationNanos();

    /**
     * How long a sync of the dirty log took, on the machine that recorded.
     *
     * @return nanoseconds, the mean of all epochs
     */
    long meanSyncNanos();

    /**
     * The epoch of a moment.
     *
     * @param nanos a moment in {@code [0, durationNanos)}
     * @return the epoch with {@code startNanos <= nanos < endNanos}
     */
    long epochAt(long nanos);

    /**
     * Adds the pages that were all zero at the beginning.
     *
     * @param set a set over the page space of the layout
     */
    void addZeroPagesTo(PageBitmap set);

    /**
     * Adds the pages that were one other byte repeated at the beginning.
     *
     * @param set a set over the page space of the layout
     */
    void addDuplicatePagesTo(PageBitmap set);

    /**
     * A new reader.
     *
     * @return the reader, for one thread
     */
    Epochs read();

    /** Reads epochs in any order. Moved to one, it is before its first run. */
    interface Epochs {
        /**
         * Moves to an epoch.
         *
         * @param epoch which, in {@code [0, epochs)}
         */
        void moveTo(long epoch);

        /**
         * When the epoch began.
         *
         * @return nanoseconds since the first began
         */
        long startNanos();

        /**
         * When the epoch ended.
         *
         * @return nanoseconds since the first began, more than {@link #startNanos}
         */
        long endNanos();

        /**
         * Moves to the next run of pages written in this epoch; runs ascend and do not overlap.
         *
         * @return false if there is none
         */
        boolean nextRun();

        /**
         * Start of the run.
         *
         * @return its first page
         */
        long runFirstPage();

        /**
         * Length of the run.
         *
         * @return pages, at least 1
         */
        long runPages();
    }
}
