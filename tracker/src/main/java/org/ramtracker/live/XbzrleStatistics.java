package org.ramtracker.live;

/**
 * What XBZRLE did and what that was worth. The first six are QEMU's {@code xbzrle-cache}.
 *
 * @param cacheBytes {@code cache-size}
 * @param bytes {@code bytes}: what the pages that hit the cache became, a whole page for each that overflowed
 * @param pages {@code pages}: those that hit the cache, whatever became of them
 * @param cacheMisses {@code cache-miss}
 * @param overflows QEMU counts them under the same name in the singular: deltas that would not have been shorter than the page
 * @param pageBytes size of a page
 * @param savedBytes how much longer the stream would be without it
 * @param costNanos time spent on it
 * @param timesOff how often it was found not to pay, and left out for a while
 */
public record XbzrleStatistics(
        long cacheBytes,
        long bytes,
        long pages,
        long cacheMisses,
        long overflows,
        int pageBytes,
        long savedBytes,
        long costNanos,
        long timesOff) {
    /**
     * QEMU's {@code cache-miss-rate}, over the whole migration.
     *
     * @return misses among all look-ups, 0 to 1; 0 without any
     */
    public double cacheMissRate() {
        long lookups = pages + cacheMisses;
        return lookups == 0 ? 0 : (double) cacheMisses / lookups;
    }

    /**
     * QEMU's {@code encoding-rate}, over the whole migration.
     *
     * @return by what factor pages that hit the cache became shorter; 0 without any
     */
    public double encodingRate() {
        return bytes == 0 ? 0 : (double) pages * pageBytes / bytes;
    }
}
