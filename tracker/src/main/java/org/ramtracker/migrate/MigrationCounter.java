package org.ramtracker.migrate;

/**
 * The figures of a migration, one counter each, in the order of {@link MigrationStats}. Names are those of QEMU's
 * {@code query-migrate}; the unit follows the name, because QEMU's milliseconds are nanoseconds here.
 */
public enum MigrationCounter {
    /** {@link MigrationStatus#code}. */
    STATUS(0, "status", "code"),
    /** Time since the start. */
    TOTAL_TIME(1, "total-time", "ns"),
    /** Time until the first page could be sent. */
    SETUP_TIME(2, "setup-time", "ns"),
    /** Syncs of the log. */
    DIRTY_SYNC_COUNT(3, "dirty-sync-count", "syncs"),
    /** Bytes on the wire. */
    TRANSFERRED(4, "transferred", "bytes"),
    /** Bytes on the wire in this pass. */
    PASS_TRANSFERRED(5, "pass-transferred", "bytes"),
    /** Time of this pass. */
    PASS_TIME(6, "pass-time", "ns"),
    /** Time of the last sync. */
    SYNC_TIME(7, "sync-time", "ns"),
    /** Guest memory still to send. */
    REMAINING(8, "remaining", "bytes"),
    /** Guest memory. */
    TOTAL(9, "total", "bytes"),
    /** Size of a page. */
    PAGE_SIZE(10, "page-size", "bytes"),
    /** Pages sent whole. */
    NORMAL(11, "normal", "pages"),
    /** Pages sent as one byte. */
    DUPLICATE(12, "duplicate", "pages"),
    /** Pages that the last sync found. */
    LAST_SYNC_DIRTY(13, "last-sync-dirty", "pages"),
    /** Pages dirtied in a second. */
    DIRTY_PAGES_RATE(14, "dirty-pages-rate", "pages/s"),
    /** Bandwidth while sending. */
    WIRE_RATE(15, "wire-rate", "bytes/s"),
    /** Bandwidth with everything counted. */
    EFFECTIVE_RATE(16, "effective-rate", "bytes/s"),
    /** Limit in force. */
    DOWNTIME_LIMIT(17, "downtime-limit", "ns"),
    /** Downtime if the guest were paused now. */
    EXPECTED_DOWNTIME(18, "expected-downtime", "ns"),
    /** Downtime as it was. */
    DOWNTIME(19, "downtime", "ns"),
    /** What a switchover costs besides the pages. */
    SWITCHOVER_COST(20, "switchover-cost", "ns"),
    /** The guest's throttle. */
    THROTTLE(21, "cpu-throttle-percentage", "percent"),
    /** Periods that the dirty rate was measured over. */
    DIRTY_PERIODS(22, "dirty-periods", "periods"),
    /** Pages that the syncs of the last of them found. */
    PERIOD_DIRTY(23, "period-dirty", "pages"),
    /** Bytes on the wire in the last of them. */
    PERIOD_TRANSFERRED(24, "period-transferred", "bytes"),
    /** Taken by the sink and still on its way. */
    IN_FLIGHT(25, "in-flight", "bytes");

    /** Type id of the first counter in a {@code CountersManager}; the others follow in order. */
    public static final int FIRST_TYPE_ID = 0x52_54_00;

    static final int COUNT = values().length;

    private final int slot;
    private final String qemuName;
    private final String unit;

    MigrationCounter(int slot, String qemuName, String unit) {
        this.slot = slot;
        this.qemuName = qemuName;
        this.unit = unit;
    }

    /** Place among the figures, from 0 without gaps. */
    int slot() {
        return slot;
    }

    /**
     * The name in {@code query-migrate}, or one made in its manner.
     *
     * @return for example {@code dirty-sync-count}
     */
    public String qemuName() {
        return qemuName;
    }

    /**
     * What it is counted in.
     *
     * @return for example {@code ns}
     */
    public String unit() {
        return unit;
    }

    /**
     * Label of the counter.
     *
     * @return name and unit, for example {@code total-time (ns)}
     */
    public String label() {
        return qemuName + " (" + unit + ")";
    }

    /**
     * Type id of the counter.
     *
     * @return a number that finds it in a {@code CountersReader}
     */
    public int typeId() {
        return FIRST_TYPE_ID + slot;
    }
}
