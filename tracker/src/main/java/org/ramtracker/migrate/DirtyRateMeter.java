package org.ramtracker.migrate;

/**
 * {@code dirty-pages-rate}, QEMU's way: pages found by the syncs of a period of more than a second, over its length. Until the
 * first such period is over, what was found so far over the time so far stands in.
 *
 * <p>A page counts each time that a sync finds it, whether or not it was still to be sent: the rate is the guest's.
 *
 * <p>Threads: single-threaded, the agent's.
 */
final class DirtyRateMeter {
    /** A period is longer than this. */
    static final long PERIOD_NANOS = 1_000_000_000L;

    private long periodStartNanos;
    private long foundPages;
    private long pagesPerSecond;
    private boolean measured;

    DirtyRateMeter(long nowNanos) {
        periodStartNanos = nowNanos;
    }

    void onSync(long nowNanos, long dirtyPages) {
        foundPages += dirtyPages;
        long periodNanos = nowNanos - periodStartNanos;
        boolean over = periodNanos > PERIOD_NANOS;
        if (over || (!measured && periodNanos > 0)) {
            pagesPerSecond = Rates.perSecond(foundPages, periodNanos);
        }
        if (over) {
            measured = true;
            foundPages = 0;
            periodStartNanos = nowNanos;
        }
    }

    long pagesPerSecond() {
        return pagesPerSecond;
    }
}
