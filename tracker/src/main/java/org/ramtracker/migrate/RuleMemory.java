package org.ramtracker.migrate;

/**
 * All that rules remember from one judgement to the next.
 *
 * @param judgedPeriods {@link MigrationStats#dirtyPeriods} that the throttling rule has judged
 * @param highPeriods periods in which the guest dirtied too much, since the last step
 * @param throttlePercent the throttle it has come to, 0 = none
 */
public record RuleMemory(long judgedPeriods, int highPeriods, int throttlePercent) {
    private static final RuleMemory NONE = new RuleMemory(0, 0, 0);

    /**
     * What a migration begins with.
     *
     * @return nothing judged, no throttle
     */
    public static RuleMemory none() {
        return NONE;
    }
}
