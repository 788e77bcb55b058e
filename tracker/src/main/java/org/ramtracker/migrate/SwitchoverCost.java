package org.ramtracker.migrate;

/**
 * What a switchover costs besides sending what remains: pausing and draining the guest, the last sync, the device state, and
 * the destination's loading and confirming. Learned from switchovers that were measured, as their downtime less the time that
 * their last pages took; an embedder carries it from attempt to attempt.
 *
 * <p>The first measurement counts as it is, later ones by a fourth at least, so that it follows a machine that changes.
 *
 * @param nanos the cost; without a measurement, 0
 * @param measurements how many switchovers it was learned from
 */
public record SwitchoverCost(long nanos, long measurements) {
    private static final SwitchoverCost UNKNOWN = new SwitchoverCost(0, 0);
    private static final long WEIGHT_MIN_INVERSE = 4;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public SwitchoverCost {
        if (nanos < 0 || measurements < 0) {
            throw new IllegalArgumentException(
                    "a switchover cost of %d ns from %d measurements is negative".formatted(nanos, measurements));
        }
    }

    /**
     * Nothing was measured yet: a migration goes by the time of its own syncs.
     *
     * @return no cost from no measurement
     */
    public static SwitchoverCost unknown() {
        return UNKNOWN;
    }

    /**
     * Whether a switchover was measured.
     *
     * @return false if only syncs can tell
     */
    public boolean isKnown() {
        return measurements > 0;
    }

    /**
     * Learns from one more switchover.
     *
     * @param measuredNanos its downtime less the time that its last pages took; all of it where they were too few to count
     * @return the cost with it
     * @throws IllegalArgumentException if it is negative
     */
    public SwitchoverCost learn(long measuredNanos) {
        long weightInverse = Math.min(measurements + 1, WEIGHT_MIN_INVERSE);
        long change = (measuredNanos - nanos) / weightInverse;
        return new SwitchoverCost(nanos + change, measurements + 1);
    }
}
