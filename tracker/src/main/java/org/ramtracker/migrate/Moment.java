package org.ramtracker.migrate;

/**
 * What a rule judges: a migration at one moment, what the operator wants, and what follows from both.
 *
 * @param stats the migration
 * @param parameters what the operator wants
 * @param throttlePercent the guest's throttle from now on
 * @param expectedDowntimeNanos downtime if the guest were paused now
 * @param downtimeLimitNanos the limit in force
 */
record Moment(
        MigrationStats stats,
        MigrationParameters parameters,
        int throttlePercent,
        long expectedDowntimeNanos,
        long downtimeLimitNanos) {
    long get(MigrationParameter parameter) {
        return parameters.get(parameter);
    }
}
