package org.ramtracker.sim.vmm;

import java.util.List;
import java.util.Optional;

/**
 * What a destination received.
 *
 * @param digests of the memory as it arrived, one a block
 * @param resumed whether the guest ran here; not if the source found a difference
 * @param selfCheck what the guest found after it had run on, if it ran
 * @param sourceLost why the source could not compare or be told, in one line, if it could not; the guest then runs here
 *     nevertheless, because the source had given it up
 */
public record IncomingResult(
        List<BlockDigest> digests, boolean resumed, Optional<SelfCheckResult> selfCheck, Optional<String> sourceLost) {
    /**
     * Whether the guest arrived whole and ran on, and the source knows.
     *
     * @return true if its self-check passed and nobody was lost
     */
    public boolean isGood() {
        return resumed && selfCheck.map(SelfCheckResult::passed).orElse(false) && sourceLost.isEmpty();
    }
}
