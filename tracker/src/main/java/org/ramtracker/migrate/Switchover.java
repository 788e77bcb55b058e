package org.ramtracker.migrate;

/**
 * A switchover: why, what it was expected to cost, and what it did cost.
 *
 * @param rule which rule paused the guest
 * @param elapsedNanos when the guest was paused, since the start of the migration
 * @param remainingBytes what was to arrive then: guest memory that remained, and what was on its way
 * @param bytesPerSecond the bandwidth that the expectation was made with; 0 if none was known
 * @param costNanos the fixed cost that the expectation was made with
 * @param expectedDowntimeNanos the downtime expected at that moment; {@link MigrationStats#UNKNOWN_NANOS} if no bandwidth was known
 * @param downtimeLimitNanos the limit in force at that moment
 * @param downtimeNanos the downtime as it was; 0 if it did not come to its end
 * @param heldNanos the part of it in which the paused guest waited for {@link MigrationControl#continueSwitchover}; nobody
 *     expects that part
 */
public record Switchover(
        ConvergenceRule rule,
        long elapsedNanos,
        long remainingBytes,
        long bytesPerSecond,
        long costNanos,
        long expectedDowntimeNanos,
        long downtimeLimitNanos,
        long downtimeNanos,
        long heldNanos) {
    /**
     * Whether the guest was paused although a longer downtime than allowed was to be expected.
     *
     * @return true after a hard stop or a deadline, and where only the fixed cost is above the limit
     */
    public boolean breaksLimit() {
        return expectedDowntimeNanos > downtimeLimitNanos;
    }

    Switchover ended(long actualDowntimeNanos, long heldForNanos) {
        return new Switchover(
                rule,
                elapsedNanos,
                remainingBytes,
                bytesPerSecond,
                costNanos,
                expectedDowntimeNanos,
                downtimeLimitNanos,
                actualDowntimeNanos,
                heldForNanos);
    }
}
