package org.ramtracker.migrate;

/**
 * Told what happens, as it happens, in the words of QEMU's events.
 *
 * <p>Threads: called on the agent's thread, within a slice; whoever listens hands over and returns.
 *
 * <p>Errors: an exception thrown before the migration is over fails the migration like that of any port; one thrown when
 * told of the final status passes through {@link PrecopyAgent#doWork} to whoever drives the agent, after everything has
 * been put in order.
 */
public interface MigrationListener {
    /** Hears nothing. */
    MigrationListener NONE = new MigrationListener() {};

    /**
     * The status changed, QEMU's {@code MIGRATION} event.
     *
     * @param status the new one
     */
    default void onStatus(MigrationStatus status) {}

    /**
     * The log was synced and a pass begins, QEMU's {@code MIGRATION_PASS} event.
     *
     * @param dirtySyncCount number of the pass, the first is 1
     */
    default void onPass(long dirtySyncCount) {}

    /**
     * The downtime limit in force changed: a rule raised it, or the operator set another one. Told at the start as well.
     *
     * @param elapsedNanos time since the start
     * @param downtimeLimitNanos the new limit
     */
    default void onDowntimeLimit(long elapsedNanos, long downtimeLimitNanos) {}

    /**
     * The guest's throttle changed.
     *
     * @param elapsedNanos time since the start
     * @param percent the new throttle, 0 = none
     */
    default void onThrottle(long elapsedNanos, int percent) {}
}
