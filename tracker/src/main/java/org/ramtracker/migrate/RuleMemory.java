package org.ramtracker.migrate;

/**
 * All that rules remember from one judgement to the next.
 *
 * @param judgedPeriods {@link MigrationStats#dirtyPeriods} that the throttling rule has judged
 * @param highPeriods periods in which the guest dirtied too much, since the last step
 * @param throttlePercent the throttle it has come to, 0 = none
 * @param preset what the rules of the preset remember
 */
public record RuleMemory(long judgedPeriods, int highPeriods, int throttlePercent, PresetMemory preset) {
    private static final RuleMemory NONE = new RuleMemory(0, 0, 0);

    /**
     * The memory of the throttling rule alone.
     *
     * @param judgedPeriods periods that it has judged
     * @param highPeriods those in which the guest dirtied too much, since the last step
     * @param throttlePercent the throttle it has come to
     */
    public RuleMemory(long judgedPeriods, int highPeriods, int throttlePercent) {
        this(judgedPeriods, highPeriods, throttlePercent, PresetMemory.Nothing.NOTHING);
    }

    /**
     * What a migration begins with.
     *
     * @return nothing judged, no throttle
     */
    public static RuleMemory none() {
        return NONE;
    }

    RuleMemory withThrottling(long periods, int high, int percent) {
        return new RuleMemory(periods, high, percent, preset);
    }

    RuleMemory withPreset(PresetMemory other) {
        return other.equals(preset) ? this : new RuleMemory(judgedPeriods, highPeriods, throttlePercent, other);
    }
}
