package org.ramtracker.trace;

import org.ramtracker.dirty.PageBitmap;

/**
 * What a trace holds, in figures.
 *
 * @param epochs how many epochs
 * @param durationNanos their length
 * @param writtenPages pages written, summed over the epochs: a page counts once in each epoch in which it was written
 * @param distinctPages different pages written
 * @param peakPagesPerSecond the most pages of an epoch over its length, of epochs at least half as long as was meant; in a
 *     shorter one, as the last may be, a few pages make a rate that says nothing
 * @param lengthBytes length of the trace
 * @param tickNanos what recording cost its own thread, all syncs and entries; 0 if it is not known
 */
public record RecordingStats(
        long epochs,
        long durationNanos,
        long writtenPages,
        long distinctPages,
        long peakPagesPerSecond,
        long lengthBytes,
        long tickNanos) {
    /**
     * Pages written in a second, in the mean.
     *
     * @return pages per second; 0 without an epoch
     */
    public long meanPagesPerSecond() {
        return durationNanos == 0 ? 0 : Math.round(writtenPages * 1e9 / durationNanos);
    }

    /** The pages per second of an epoch; 0 if it is too short to count for the peak. */
    static long rateForPeak(long pages, long lengthNanos, long meantNanos) {
        return lengthNanos < meantNanos / 2 ? 0 : Math.round(pages * 1e9 / lengthNanos);
    }

    /**
     * The figures of a trace that is there.
     *
     * @param trace the trace
     * @return what is in it
     * @throws java.io.UncheckedIOException as {@link EpochCursor#nextRun}
     */
    public static RecordingStats of(DirtyTrace trace) {
        try (var distinct = new PageBitmap(trace.layout().pages())) {
            long written = 0;
            long peak = 0;
            EpochCursor epoch = trace.cursor();
            while (epoch.next()) {
                epoch.addTo(distinct);
                written += epoch.pages();
                peak = Math.max(peak, rateForPeak(epoch.pages(), epoch.lengthNanos(), trace.epochNanos()));
            }
            return new RecordingStats(
                    trace.epochs(), trace.durationNanos(), written, distinct.count(), peak, trace.lengthBytes(), 0);
        }
    }
}
