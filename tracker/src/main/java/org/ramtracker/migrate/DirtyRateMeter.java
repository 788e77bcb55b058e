package org.ramtracker.migrate;

/**
 * {@code dirty-pages-rate}, QEMU's way: pages found by the syncs of a period of more than a second, over its length. Until the
 * first such period is over, what was found so far over the time so far stands in. The same periods are what auto-converge
 * judges, so their figures are kept.
 *
 * <p>A page counts each time that a sync finds it, whether or not it was still to be sent: the rate is the guest's.
 *
 * <p>Threads: single-threaded, the agent's. Reads no clock: it is told the time.
 */
final class DirtyRateMeter {
    /** A period is longer than this. */
    static final long PERIOD_NANOS = 1_000_000_000L;

    private long periodStartNanos;
    private long periodStartBytes;
    private long foundPages;
    private long pagesPerSecond;
    private long periods;
    private long periodPages;
    private long periodBytes;

    DirtyRateMeter(long nowNanos, long transferredBytes) {
        periodStartNanos = nowNanos;
        periodStartBytes = transferredBytes;
    }

    /**
     * Counts a sync.
     *
     * @param nowNanos when it ended
     * @param dirtyPages what it found
     * @param transferredBytes bytes on the wire so far
     */
    void onSync(long nowNanos, long dirtyPages, long transferredBytes) {
        foundPages += dirtyPages;
        long periodNanos = nowNanos - periodStartNanos;
        boolean over = periodNanos > PERIOD_NANOS;
        if (over || (periods == 0 && periodNanos > 0)) {
            pagesPerSecond = Rates.perSecond(foundPages, periodNanos);
        }
        if (over) {
            endPeriod(nowNanos, transferredBytes);
        }
    }

    private void endPeriod(long nowNanos, long transferredBytes) {
        periods++;
        periodPages = foundPages;
        periodBytes = transferredBytes - periodStartBytes;
        foundPages = 0;
        periodStartNanos = nowNanos;
        periodStartBytes = transferredBytes;
    }

    long pagesPerSecond() {
        return pagesPerSecond;
    }

    /** Periods that are over. */
    long periods() {
        return periods;
    }

    /** Pages found in the last period. */
    long periodPages() {
        return periodPages;
    }

    /** Bytes sent in the last period. */
    long periodBytes() {
        return periodBytes;
    }
}
