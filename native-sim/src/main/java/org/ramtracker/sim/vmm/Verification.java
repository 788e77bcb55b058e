package org.ramtracker.sim.vmm;

import java.util.List;
import java.util.Optional;

/**
 * What was found when a migrated guest was compared with its source.
 *
 * @param verdict the finding
 * @param explanation one line; for a mismatch it names block and page
 * @param digests the paused source's digests, one a block; empty if they were not computed
 * @param pauseNanos how long the comparison kept the guest paused after the switchover; no part of the downtime
 * @param selfCheck the guest's own check at the destination, if it came back
 * @param costs what receiving cost the destination's process, if it said so
 */
public record Verification(
        Verdict verdict,
        String explanation,
        List<BlockDigest> digests,
        long pauseNanos,
        Optional<SelfCheckResult> selfCheck,
        Optional<ProcessCosts> costs) {
    Verification(
            Verdict verdict,
            String explanation,
            List<BlockDigest> digests,
            long pauseNanos,
            Optional<SelfCheckResult> selfCheck) {
        this(verdict, explanation, digests, pauseNanos, selfCheck, Optional.empty());
    }

    /** The findings there are. */
    public enum Verdict {
        /** Every block has the same digest on both sides and the guest's self-check passed. */
        VERIFIED,
        /** The comparison was not wanted, and nothing was found wrong. */
        NOT_VERIFIED,
        /** The destination did not report, so that nobody knows what arrived. */
        UNKNOWN,
        /** Something differs. */
        MISMATCH
    }

    Verification with(Optional<ProcessCosts> destinationCosts) {
        return new Verification(verdict, explanation, digests, pauseNanos, selfCheck, destinationCosts);
    }

    static Verification notVerified(String why) {
        return new Verification(Verdict.NOT_VERIFIED, why, List.of(), 0, Optional.empty());
    }

    static Verification unknown(String why) {
        return new Verification(Verdict.UNKNOWN, why, List.of(), 0, Optional.empty());
    }

    /**
     * Whether all was compared and found equal.
     *
     * @return true for {@link Verdict#VERIFIED}
     */
    public boolean isVerified() {
        return verdict == Verdict.VERIFIED;
    }

    /**
     * Whether all that was to be checked was checked, and held.
     *
     * @return true if all was found equal, or if nobody asked and nothing was found wrong
     */
    public boolean isAcceptable() {
        return switch (verdict) {
            case VERIFIED, NOT_VERIFIED -> true;
            case UNKNOWN, MISMATCH -> false;
        };
    }
}
