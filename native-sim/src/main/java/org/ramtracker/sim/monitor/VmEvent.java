package org.ramtracker.sim.monitor;

import java.time.Instant;
import org.ramtracker.migrate.MigrationStatus;

/** Something that happened to a machine, in the words of QEMU's events. */
public sealed interface VmEvent {
    /**
     * When.
     *
     * @return the host's time
     */
    Instant at();

    /**
     * MIGRATION: the status changed.
     *
     * @param status the new one
     */
    record Migration(Instant at, MigrationStatus status) implements VmEvent {}

    /**
     * MIGRATION_PASS: the log was synced and a pass begins.
     *
     * @param pass its number, the first is 1
     */
    record MigrationPass(Instant at, long pass) implements VmEvent {}

    /** STOP: the guest no longer runs. */
    record Stop(Instant at) implements VmEvent {}

    /** RESUME: the guest runs. */
    record Resume(Instant at) implements VmEvent {}

    /**
     * SHUTDOWN: the machine ends.
     *
     * @param reason why
     */
    record Shutdown(Instant at, ShutdownReason reason) implements VmEvent {}
}
