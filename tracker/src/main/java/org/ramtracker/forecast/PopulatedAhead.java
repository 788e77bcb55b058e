package org.ramtracker.forecast;

/**
 * How far a destination's memory is populated ahead of the pages that arrive, as {@code PopulateAhead} does it: a helper goes on
 * while the link holds pages up, as far ahead as has arrived and no further than 128 MiB. Pages that come faster than it finds memory
 * use up what it was ahead, and then wait for it.
 *
 * <p>Threads: single-threaded.
 */
final class PopulatedAhead {
    private static final long AHEAD_BYTES_MAX = 128L << 20;

    private final double newPageNanos;
    private final long aheadPagesMax;

    private double aheadPages;
    private long arrivedPages;
    private double atNanos;

    /**
     * Nothing, at the beginning.
     *
     * @param newPageNanos what the destination takes to find memory for a page
     */
    PopulatedAhead(double newPageNanos, int pageBytes) {
        this.newPageNanos = newPageNanos;
        this.aheadPagesMax = AHEAD_BYTES_MAX / pageBytes;
    }

    /** By how much later than the link brings them new pages are there, that it brings from one moment to another. */
    double waitNanos(long newPages, double fromNanos, double toNanos) {
        double found =
                Math.min(limitPages(), aheadPages + foundSince(fromNanos)) + (toNanos - fromNanos) / newPageNanos;
        double missing = Math.max(0, newPages - found);
        arrivedPages += newPages;
        aheadPages = Math.clamp(found - newPages, 0, limitPages());
        atNanos = toNanos + missing * newPageNanos;
        return missing * newPageNanos;
    }

    private double foundSince(double nanos) {
        return Math.max(0, nanos - atNanos) / newPageNanos;
    }

    private double limitPages() {
        return (double) Math.min(aheadPagesMax, arrivedPages);
    }
}
