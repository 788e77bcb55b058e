package org.ramtracker.sim.monitor;

import java.util.concurrent.TimeUnit;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import tools.jackson.databind.node.ObjectNode;

/**
 * The figures of a migration with the names, and the units, of QMP {@code query-migrate}: times in milliseconds, sizes in bytes,
 * {@code mbps} in 10^6 bits a second. {@code downtime-limit}, {@code switchover-cost} and {@code channels} are ours. One place
 * for all who print them: the monitor, the commands and the files.
 */
public final class FiguresJson {
    private FiguresJson() {}

    /**
     * Puts the figures of the engine.
     *
     * @param json what they are put into
     * @param stats a migration, under way or not
     */
    public static void put(ObjectNode json, MigrationStats stats) {
        json.put("status", stats.status().qmpName());
        json.put("total-time", millis(stats.elapsedNanos()));
        if (stats.status() == MigrationStatus.COMPLETED) {
            json.put("downtime", millis(stats.downtimeNanos()));
        }
        if (stats.expectedDowntimeNanos() != MigrationStats.UNKNOWN_NANOS) {
            json.put("expected-downtime", millis(stats.expectedDowntimeNanos()));
        }
        json.put("setup-time", millis(stats.setupNanos()));
        if (stats.throttlePercent() > 0) {
            json.put("cpu-throttle-percentage", stats.throttlePercent());
        }
        putRam(json.putObject("ram"), stats);
        json.put("downtime-limit", millis(stats.downtimeLimitNanos()));
        json.put("switchover-cost", millis(stats.switchoverCostNanos()));
    }

    /**
     * Puts the figures of the engine, and those of the stream.
     *
     * @param json what they are put into
     * @param stats a migration, under way or not
     * @param transfer what its stream did
     */
    public static void put(ObjectNode json, MigrationStats stats, TransferReport transfer) {
        put(json, stats);
        json.withObject("ram")
                .put("multifd-bytes", transfer.multifdBytes())
                .put("postcopy-requests", 0)
                .put("postcopy-bytes", 0);
        TransferJson.put(json, transfer);
    }

    private static void putRam(ObjectNode ram, MigrationStats stats) {
        ram.put("transferred", stats.transferredBytes());
        ram.put("remaining", stats.remainingBytes());
        ram.put("total", stats.totalBytes());
        ram.put("duplicate", stats.duplicatePages());
        ram.put("normal", stats.normalPages());
        ram.put("normal-bytes", stats.normalPages() * stats.pageSizeBytes());
        ram.put("dirty-sync-count", stats.dirtySyncCount());
        ram.put("dirty-pages-rate", stats.dirtyPagesPerSecond());
        ram.put("mbps", stats.megabitsPerSecond());
        ram.put("page-size", stats.pageSizeBytes());
        ram.put("pages-per-second", stats.pagesPerSecond());
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
