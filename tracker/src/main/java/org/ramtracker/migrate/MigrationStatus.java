package org.ramtracker.migrate;

import java.util.Locale;

/** The states of a migration, QEMU's {@code MigrationStatus}. */
public enum MigrationStatus {
    /** No migration has been asked for. */
    NONE,
    /** The dirty log starts and the block list is sent. */
    SETUP,
    /** Pages move while the guest runs. */
    ACTIVE,
    /** The guest is paused; the last pages and the device state move. */
    DEVICE,
    /** The destination has everything and the source has given the guest up. */
    COMPLETED,
    /** It went wrong; the guest goes on at the source. */
    FAILED,
    /** A cancel is being carried out. */
    CANCELLING,
    /** It was cancelled; the guest goes on at the source. */
    CANCELLED;

    /**
     * The name on QMP.
     *
     * @return for example {@code "active"}
     */
    public String qmpName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether the migration is over.
     *
     * @return true for completed, failed and cancelled
     */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
