package org.ramtracker.sim.vmm;

import java.util.List;
import java.util.Optional;
import org.ramtracker.migrate.Switchover;

/**
 * How a migration converged, or did not.
 *
 * @param switchover which rule paused the guest, and what that was expected to cost and did cost
 * @param limits downtime limits that were in force, from when
 * @param throttles the guest's throttles, from when
 */
public record Convergence(
        Optional<Switchover> switchover, List<ConvergenceLog.Step> limits, List<ConvergenceLog.Step> throttles) {
    /**
     * Of a migration that did not begin.
     *
     * @return nothing
     */
    public static Convergence none() {
        return new Convergence(Optional.empty(), List.of(), List.of());
    }
}
