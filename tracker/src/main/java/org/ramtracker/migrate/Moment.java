package org.ramtracker.migrate;

/**
 * What a rule judges: a migration at one moment, what the operator wants, and what follows from both.
 *
 * @param stats the migration
 * @param parameters what the operator wants
 * @param throttlePercent the guest's throttle from now on
 * @param expectedDowntimeNanos downtime if the guest were paused now
 * @param downtimeLimitNanos the limit in force
 * @param memory what the rules of the preset remember, brought up to date
 */
record Moment(
        MigrationStats stats,
        MigrationParameters parameters,
        int throttlePercent,
        long expectedDowntimeNanos,
        long downtimeLimitNanos,
        PresetMemory memory) {
    /** The log was just synced: it is known what remains, and nothing of it was sent. */
    boolean beginsPass() {
        return stats.passTransferredBytes() == 0;
    }

    /** What the last sync found was sent. */
    boolean endsPass() {
        return stats.remainingBytes() == 0;
    }

    boolean fitsLimit() {
        return expectedDowntimeNanos <= downtimeLimitNanos;
    }

    long get(MigrationParameter parameter) {
        return parameters.get(parameter);
    }
}
