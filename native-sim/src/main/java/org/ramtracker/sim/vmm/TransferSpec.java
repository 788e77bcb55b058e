package org.ramtracker.sim.vmm;

/**
 * In what form pages travel.
 *
 * @param xbzrleCacheBytes size of the cache for XBZRLE deltas; 0 for none
 */
public record TransferSpec(long xbzrleCacheBytes) {
    /** QEMU's default for {@code xbzrle-cache-size}. */
    public static final long XBZRLE_CACHE_BYTES_DEFAULT = 64L << 20;

    /** Every page whole, in the one stream. */
    public static final TransferSpec PLAIN = new TransferSpec(0);
}
