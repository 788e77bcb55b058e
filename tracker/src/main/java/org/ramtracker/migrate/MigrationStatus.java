package org.ramtracker.migrate;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The states of a migration, QEMU's {@code MigrationStatus}. */
public enum MigrationStatus {
    /** No migration has been asked for. */
    NONE(0),
    /** The dirty log starts and the block list is sent. */
    SETUP(1),
    /** Pages move while the guest runs. */
    ACTIVE(2),
    /** The guest is paused; the last pages and the device state move. */
    DEVICE(3),
    /** The destination has everything and the source has given the guest up. */
    COMPLETED(4),
    /** It went wrong; the guest goes on at the source. */
    FAILED(5),
    /** A cancel is being carried out. */
    CANCELLING(6),
    /** It was cancelled; the guest goes on at the source. */
    CANCELLED(7),
    /** The guest is paused and waits for {@link MigrationControl#continueSwitchover}. */
    PRE_SWITCHOVER(8);

    private static final List<MigrationStatus> BY_CODE = List.of(values());

    private final int code;

    MigrationStatus(int code) {
        this.code = code;
    }

    /**
     * The number that stands for it in a counter.
     *
     * @return 0 to 8
     */
    public int code() {
        return code;
    }

    /**
     * The status of a number.
     *
     * @param code its {@link #code}
     * @return the status
     * @throws IndexOutOfBoundsException if there is none
     */
    public static MigrationStatus ofCode(long code) {
        return BY_CODE.get(Math.toIntExact(code));
    }

    static boolean isCode(long code) {
        return code >= 0 && code < BY_CODE.size();
    }

    /**
     * The name on QMP.
     *
     * @return for example {@code "pre-switchover"}
     */
    public String qmpName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The status of a name.
     *
     * @param name {@link #qmpName} of one
     * @return the status; empty if there is none of that name
     */
    public static Optional<MigrationStatus> named(String name) {
        return BY_CODE.stream().filter(status -> status.qmpName().equals(name)).findFirst();
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
