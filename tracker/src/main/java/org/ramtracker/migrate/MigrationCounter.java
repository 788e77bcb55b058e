package org.ramtracker.migrate;

/**
 * The figures of a migration, one counter each, in the order of {@link MigrationStats}. Names are those of QEMU's
 * {@code query-migrate}; the unit follows the name, because QEMU's milliseconds are nanoseconds here.
 */
public enum MigrationCounter {
    /** Ordinal of the {@link MigrationStatus}. */
    STATUS("status", "ordinal"),
    /** Time since the start. */
    TOTAL_TIME("total-time", "ns"),
    /** Time until the first page could be sent. */
    SETUP_TIME("setup-time", "ns"),
    /** Syncs of the log. */
    DIRTY_SYNC_COUNT("dirty-sync-count", "syncs"),
    /** Bytes on the wire. */
    TRANSFERRED("transferred", "bytes"),
    /** Bytes on the wire in this pass. */
    PASS_TRANSFERRED("pass-transferred", "bytes"),
    /** Time of this pass. */
    PASS_TIME("pass-time", "ns"),
    /** Time of the last sync. */
    SYNC_TIME("sync-time", "ns"),
    /** Guest memory still to send. */
    REMAINING("remaining", "bytes"),
    /** Guest memory. */
    TOTAL("total", "bytes"),
    /** Size of a page. */
    PAGE_SIZE("page-size", "bytes"),
    /** Pages sent whole. */
    NORMAL("normal", "pages"),
    /** Pages sent as one byte. */
    DUPLICATE("duplicate", "pages"),
    /** Pages that the last sync found. */
    LAST_SYNC_DIRTY("last-sync-dirty", "pages"),
    /** Pages dirtied in a second. */
    DIRTY_PAGES_RATE("dirty-pages-rate", "pages/s"),
    /** Bandwidth while sending. */
    WIRE_RATE("wire-rate", "bytes/s"),
    /** Bandwidth with everything counted. */
    EFFECTIVE_RATE("effective-rate", "bytes/s"),
    /** Limit in force. */
    DOWNTIME_LIMIT("downtime-limit", "ns"),
    /** Downtime if the guest were paused now. */
    EXPECTED_DOWNTIME("expected-downtime", "ns"),
    /** Downtime as it was. */
    DOWNTIME("downtime", "ns");

    /** Type id of the first counter in a {@code CountersManager}; the others follow in order. */
    public static final int FIRST_TYPE_ID = 0x52_54_00;

    static final int COUNT = values().length;

    private final String qemuName;
    private final String unit;

    MigrationCounter(String qemuName, String unit) {
        this.qemuName = qemuName;
        this.unit = unit;
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
        return FIRST_TYPE_ID + ordinal();
    }
}
