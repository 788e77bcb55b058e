package org.ramtracker.sim.report;

import java.util.concurrent.TimeUnit;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The figures of a migration with the names, and the units, of QMP {@code query-migrate}; {@code downtime-limit} and
 * {@code switchover-cost} are ours.
 */
public final class StatsJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private StatsJson() {}

    /**
     * The figures as they are now.
     *
     * @param stats a migration, under way or not
     * @param writerPid the process that publishes them
     * @param writerIsAlive whether it still does
     * @return one line of JSON
     */
    public static String live(MigrationStats stats, long writerPid, boolean writerIsAlive) {
        ObjectNode json = MAPPER.createObjectNode();
        if (stats.status() == MigrationStatus.NONE) {
            json.put("status", stats.status().qmpName()); // nothing else has a meaning yet
        } else {
            put(json, stats);
        }
        json.putObject("writer").put("pid", writerPid).put("alive", writerIsAlive);
        return json.toString();
    }

    static void put(ObjectNode json, MigrationStats stats) {
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
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
