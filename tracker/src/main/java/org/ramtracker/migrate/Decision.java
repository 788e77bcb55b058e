package org.ramtracker.migrate;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link ConvergencePolicy} says about a migration at one moment.
 *
 * @param action what to do next
 * @param rule which rule says so; for {@link Action#CONTINUE} the base rule
 * @param reason of a cancel, in one line; null otherwise
 * @param expectedDowntimeNanos downtime if the guest were paused now, fixed cost included; {@link MigrationStats#UNKNOWN_NANOS}
 *     while no bandwidth is known
 * @param downtimeLimitNanos the downtime limit in force
 * @param throttlePercent how hard the guest is to be throttled, 0 (not at all) to 99
 * @param memory what to hand to the next judgement
 */
public record Decision(
        Action action,
        ConvergenceRule rule,
        @Nullable String reason,
        long expectedDowntimeNanos,
        long downtimeLimitNanos,
        int throttlePercent,
        RuleMemory memory) {
    /** What to do next. */
    public enum Action {
        /** Go on copying while the guest runs. */
        CONTINUE,
        /** Sync the log, also in the middle of a pass. */
        SYNC,
        /** Sync, ask again, and if the answer is the same, pause the guest. */
        SWITCH_OVER,
        /** Cancel the migration. */
        CANCEL
    }
}
