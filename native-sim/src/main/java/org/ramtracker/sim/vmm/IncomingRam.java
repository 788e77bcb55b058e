package org.ramtracker.sim.vmm;

import java.util.OptionalLong;

/**
 * How much RAM a guest may bring.
 *
 * @param ramBytes the length that {@code pc.ram} must have; empty if any will do
 * @param totalBytesMax the most in all, graphics memory included
 */
record IncomingRam(OptionalLong ramBytes, long totalBytesMax) {
    private static final long ANY_BYTES_MAX = 1L << 40;

    /** A guest of any size that this program may load. */
    static IncomingRam any() {
        return new IncomingRam(OptionalLong.empty(), ANY_BYTES_MAX);
    }

    /** A guest of exactly this much RAM. */
    static IncomingRam exactly(long ramBytes) {
        return new IncomingRam(OptionalLong.of(ramBytes), Machine.totalBytes(ramBytes));
    }

    /** A guest of at most this much memory. */
    static IncomingRam atMost(long totalBytesMax) {
        return new IncomingRam(OptionalLong.empty(), totalBytesMax);
    }
}
