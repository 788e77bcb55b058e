package org.ramtracker.sim.vmm;

import java.util.Optional;
import java.util.OptionalLong;
import org.ramtracker.sim.guest.DirtySource;

/**
 * Which guest may arrive, and what it gets here.
 *
 * @param ramBytes the length that {@code pc.ram} must have; empty if any will do
 * @param totalBytesMax the most memory in all, graphics memory included
 * @param dirtySource its dirty log here; empty for what suits such a guest
 */
record IncomingTerms(OptionalLong ramBytes, long totalBytesMax, Optional<DirtySource> dirtySource) {
    private static final long ANY_BYTES_MAX = 1L << 40;

    /** A guest of any size that this program may load. */
    static IncomingTerms any() {
        return atMost(ANY_BYTES_MAX);
    }

    /** A guest of exactly this much RAM. */
    static IncomingTerms exactly(long ramBytes) {
        return new IncomingTerms(OptionalLong.of(ramBytes), Machine.totalBytes(ramBytes), Optional.empty());
    }

    /** A guest of at most this much memory. */
    static IncomingTerms atMost(long totalBytesMax) {
        return new IncomingTerms(OptionalLong.empty(), totalBytesMax, Optional.empty());
    }

    /** The same, with this dirty log. */
    IncomingTerms with(Optional<DirtySource> chosen) {
        return new IncomingTerms(ramBytes, totalBytesMax, chosen);
    }
}
