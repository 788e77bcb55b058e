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

    private static final int MEASURED_PAGE_BYTES = 4096;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a cost is negative, infinite, or no number
     */
    public MachineModel {
        boolean fine = isCost(normalPageNanos)
                && isCost(duplicatePageNanos)
                && isCost(newPageNanos)
                && isCost(syncNanos)
                && isCost(syncNanosPerPage)
                && pauseNanos >= 0
                && loadNanos >= 0;
        if (!fine) {
            throw new IllegalArgumentException("a machine with a cost that is negative, infinite, or no number");
        }
    }

    /**
     * This machine for a recorded guest: its costs, measured with pages of 4 KiB, scaled to the guest's pages, and syncs that take as
     * long as the recorder's did. To be called once.
     *
     * @param history of the guest
     * @return another model
     */
    public MachineModel forGuestOf(DirtyHistory history) {
        double scale = (double) history.layout().pageSize().bytes() / MEASURED_PAGE_BYTES;
        return new MachineModel(
                scale * normalPageNanos,
                scale * duplicatePageNanos,
                scale * newPageNanos,
                history.meanSyncNanos(),
                0,
                pauseNanos,
                loadNanos);
    }

    /**
     * Whether nothing was measured: whether this is {@link #IDEAL} but for the syncs, which a trace knows.
     *
     * @return true if neither pages nor the switchover cost any time
     */
    public boolean isIdeal() {
        return normalPageNanos == 0
                && duplicatePageNanos == 0
                && newPageNanos == 0
                && pauseNanos == 0
                && loadNanos == 0;
    }

    private static boolean isCost(double nanos) {
        return nanos >= 0 && nanos < Double.POSITIVE_INFINITY;
    }

    long syncNanos(long pages) {
        return Math.round(syncNanos + syncNanosPerPage * pages);
    }
}
