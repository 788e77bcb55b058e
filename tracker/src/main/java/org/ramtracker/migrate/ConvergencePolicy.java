package org.ramtracker.migrate;

/**
 * Decides when to stop the guest. A pure function: the same statistics give the same decision, live and in replay.
 *
 * <p>Threads: immutable.
 */
@FunctionalInterface
public interface ConvergencePolicy {
    /** What to do next. */
    enum Decision {
        /** Go on copying while the guest runs. */
        CONTINUE,
        /** What remains can be sent within the downtime limit: sync, and if that is still so, pause the guest. */
        SWITCH_OVER
    }

    /**
     * Judges a migration, in the middle of a pass as well as at its end.
     *
     * @param stats the migration now
     * @return what to do
     */
    Decision decide(MigrationStats stats);

    /**
     * The base rule, QEMU's: switch over when {@code remaining / bandwidth <= downtime limit}. Nothing forces the end.
     *
     * @return the rule
     */
    static ConvergencePolicy base() {
        return stats ->
                stats.expectedDowntimeNanos() <= stats.downtimeLimitNanos() ? Decision.SWITCH_OVER : Decision.CONTINUE;
    }
}
