package org.ramtracker.sim.monitor;

import java.util.Optional;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;

/**
 * What a machine knows of its current or last migration.
 *
 * @param direction whether the guest leaves or arrives
 * @param status where it is; {@code NONE} if none was ever asked for
 * @param stats the figures of an outgoing migration; empty for an incoming one, and before the first connection
 * @param transfer what its channels and deltas did so far
 * @param reason QEMU's {@code error-desc}: why it failed, or what has to be known although it ended well
 * @param listeningOn where a guest is waited for, as a URI with the port that was chosen, while one is waited for
 */
public record MigrationInfo(
        Direction direction,
        MigrationStatus status,
        Optional<MigrationStats> stats,
        TransferReport transfer,
        Optional<String> reason,
        Optional<String> listeningOn) {
    /** Which way a guest goes. */
    public enum Direction {
        /** Nothing was asked for. */
        NONE,
        /** Away from here. */
        OUTGOING,
        /** To here. */
        INCOMING
    }

    /** Of a machine that was never migrated. */
    public static final MigrationInfo NEVER = new MigrationInfo(
            Direction.NONE,
            MigrationStatus.NONE,
            Optional.empty(),
            TransferReport.NOTHING,
            Optional.empty(),
            Optional.empty());
}
