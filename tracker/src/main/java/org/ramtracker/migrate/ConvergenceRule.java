package org.ramtracker.migrate;

import java.util.Locale;

/** The rule behind a decision, under the name of the parameter that governs it if there is one. */
public enum ConvergenceRule {
    /** What remains fits the downtime limit: the base rule. */
    DOWNTIME_LIMIT,
    /** It fits the limit that the convergence timeout raised. */
    CONVERGENCE_TIMEOUT,
    /** So many passes were made. */
    MAX_ITERATIONS,
    /** So much was sent. */
    MAX_TRANSFER_FACTOR,
    /** So much time has passed. */
    MAX_TOTAL_TIME,
    /** The throttled guest's progress has to be seen. */
    AUTO_CONVERGE,
    /** So few pages are dirty: {@code xen}, {@code xen-classic}, {@code p.haul}. */
    FEW_DIRTY_PAGES,
    /** More pages were dirty than in the round before: {@code p.haul}. */
    DIRTY_GROWTH,
    /** So often a sync left no less than an earlier one: {@code vdsm}. */
    STALLS,
    /** Less will not remain any more: {@code kubevirt}. */
    LOCAL_MINIMUM,
    /** So much time has passed for each GiB of RAM: {@code nova}, {@code kubevirt}. */
    COMPLETION_TIMEOUT;

    /**
     * The name of the parameter, or else of the rule.
     *
     * @return for example {@code max-iterations}
     */
    public String monitorName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Whether the rule stops the guest without regard to the downtime.
     *
     * @return false for the two that compare the expected downtime with a limit, for throttling, and for stalls, which cancel
     */
    public boolean isForced() {
        return switch (this) {
            case DOWNTIME_LIMIT, CONVERGENCE_TIMEOUT, AUTO_CONVERGE, STALLS -> false;
            case MAX_ITERATIONS,
                    MAX_TRANSFER_FACTOR,
                    MAX_TOTAL_TIME,
                    FEW_DIRTY_PAGES,
                    DIRTY_GROWTH,
                    LOCAL_MINIMUM,
                    COMPLETION_TIMEOUT -> true;
        };
    }
}
