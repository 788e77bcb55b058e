package org.ramtracker.migrate;

/**
 * Anthony Liguori's convergence timeout (qemu-devel, September 2011): {@code L(t) = L0 * 2^floor(t / T)}, up to a ceiling if
 * there is one. The ceiling stops the doubling; it never lowers {@code L0}.
 */
final class ConvergenceTimeout {
    /** No limit, and yet less than a downtime that is unknown: what cannot be told never fits. */
    static final long LIMIT_NANOS_MAX = MigrationStats.UNKNOWN_NANOS - 1;

    private ConvergenceTimeout() {}

    /** The limit in force so long after the start, where it was {@code limit} without the timeout. */
    static long limitNanos(MigrationParameters parameters, long limit, long elapsedNanos) {
        long timeout = parameters.get(MigrationParameter.CONVERGENCE_TIMEOUT);
        if (timeout == 0) {
            return limit;
        }
        long doubled = Math.min(Saturated.doubled(limit, elapsedNanos / timeout), LIMIT_NANOS_MAX);
        long ceiling = parameters.get(MigrationParameter.CONVERGENCE_TIMEOUT_MAX_DOWNTIME);
        return ceiling == 0 ? doubled : Math.max(limit, Math.min(doubled, ceiling));
    }
}
