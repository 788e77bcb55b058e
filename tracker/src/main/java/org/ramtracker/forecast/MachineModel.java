package org.ramtracker.forecast;

/**
 * What a migration costs the machines at both ends, besides the link.
 *
 * @param normalPageNanos looking at a page that travels whole, and copying it
 * @param duplicatePageNanos looking at a page that travels as one byte
 * @param newPageNanos finding memory for a page that the destination has not had before, which it does ahead of what arrives as far as
 *     it has the time
 * @param syncNanos a sync of the dirty log that finds nothing
 * @param syncNanosPerPage each page that a sync finds
 * @param pauseNanos from the request to pause until the guest is drained
 * @param loadNanos what the destination needs from the last byte to its word that it has everything
 */
public record MachineModel(
        double normalPageNanos,
        double duplicatePageNanos,
        double newPageNanos,
        double syncNanos,
        double syncNanosPerPage,
        long pauseNanos,
        long loadNanos) {
    /** A machine that costs no time: the link alone counts. */
    public static final MachineModel IDEAL = new MachineModel(0, 0, 0, 0, 0, 0, 0);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a cost is negative, or no number
     */
    public MachineModel {
        boolean fine = normalPageNanos >= 0
                && duplicatePageNanos >= 0
                && newPageNanos >= 0
                && syncNanos >= 0
                && syncNanosPerPage >= 0
                && pauseNanos >= 0
                && loadNanos >= 0;
        if (!fine) {
            throw new IllegalArgumentException("a machine with a cost below zero");
        }
    }

    /**
     * This machine with another dirty log.
     *
     * @param nanos what a sync takes
     * @return another model
     */
    public MachineModel withSyncNanos(double nanos) {
        return new MachineModel(normalPageNanos, duplicatePageNanos, newPageNanos, nanos, 0, pauseNanos, loadNanos);
    }

    long syncNanos(long pages) {
        return Math.round(syncNanos + syncNanosPerPage * pages);
    }
}
