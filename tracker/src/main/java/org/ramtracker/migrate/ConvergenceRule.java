package org.ramtracker.migrate;

import java.util.Locale;

/** The rule behind a decision, under the name of the parameter that governs it. */
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
    AUTO_CONVERGE;

    /**
     * The name of the parameter.
     *
     * @return for example {@code max-iterations}
     */
    public String monitorName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Whether the rule stops the guest without regard to the downtime.
     *
     * @return false for the two that compare the expected downtime with a limit, and for throttling
     */
    public boolean isForced() {
        return this == MAX_ITERATIONS || this == MAX_TRANSFER_FACTOR || this == MAX_TOTAL_TIME;
    }
}
