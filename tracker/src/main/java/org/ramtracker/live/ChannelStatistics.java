package org.ramtracker.live;

/**
 * What a page channel sent.
 *
 * @param transferredBytes bytes that left
 * @param normalPages pages that travelled whole, compressed or not
 * @param zeroPages pages that travelled as their offset
 * @param compressedPages those of the normal ones that were compressed
 * @param savedBytes how much longer the channel would be without compression
 * @param costNanos time spent on compressing
 * @param timesOff how often compressing was found not to pay, and left out for a while
 */
public record ChannelStatistics(
        long transferredBytes,
        long normalPages,
        long zeroPages,
        long compressedPages,
        long savedBytes,
        long costNanos,
        long timesOff) {}
