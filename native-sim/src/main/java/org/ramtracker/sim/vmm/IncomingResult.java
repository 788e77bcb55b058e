package org.ramtracker.sim.vmm;

import java.util.List;
import java.util.Optional;

/**
 * What a destination received.
 *
 * @param digests of the memory as it arrived, one a block
 * @param resumed whether the guest ran here; not if the source found a difference
 * @param selfCheck what the guest found after it had run on, if it ran
 */
public record IncomingResult(List<BlockDigest> digests, boolean resumed, Optional<SelfCheck> selfCheck) {
    /**
     * Whether the guest arrived whole and ran on.
     *
     * @return true if its self-check passed
     */
    public boolean isGood() {
        return resumed && selfCheck.map(SelfCheck::passed).orElse(false);
    }
}
