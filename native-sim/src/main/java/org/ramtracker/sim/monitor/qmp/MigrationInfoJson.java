package org.ramtracker.sim.monitor.qmp;

import java.util.concurrent.TimeUnit;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.MigrationInfo;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer to {@code query-migrate}, in QEMU's names and units: times in milliseconds, {@code mbps} in 10^6 bits a second. As
 * in QEMU it is empty if there was never a migration.
 */
final class MigrationInfoJson {
    private static final double NANOS_PER_SECOND = 1e9;

    private MigrationInfoJson() {}

    static ObjectNode of(MigrationInfo info) {
        ObjectNode json = QmpJson.object();
        if (info.status() == MigrationStatus.NONE) {
            return json;
        }
        json.put("status", info.status().qmpName());
        info.stats().ifPresent(stats -> putStats(json, stats));
        info.reason().ifPresent(reason -> json.put("error-desc", reason));
        info.listeningOn()
                .ifPresent(uri -> putAddress(json.putArray("socket-address").addObject(), uri));
        return json;
    }

    private static void putStats(ObjectNode json, MigrationStats stats) {
        json.put("total-time", millis(stats.elapsedNanos()));
        json.put("setup-time", millis(stats.setupNanos()));
        if (stats.expectedDowntimeNanos() != MigrationStats.UNKNOWN_NANOS) {
            json.put("expected-downtime", millis(stats.expectedDowntimeNanos()));
        }
        if (stats.status() == MigrationStatus.COMPLETED) {
            json.put("downtime", millis(stats.downtimeNanos()));
        }
        if (stats.throttlePercent() > 0) {
            json.put("cpu-throttle-percentage", stats.throttlePercent());
        }
        json.put("downtime-limit", millis(stats.downtimeLimitNanos()));
        json.put("switchover-cost", millis(stats.switchoverCostNanos()));
        putRam(json.putObject("ram"), stats);
    }

    private static void putRam(ObjectNode ram, MigrationStats stats) {
        double seconds = (stats.elapsedNanos() - stats.setupNanos()) / NANOS_PER_SECOND;
        long pages = stats.normalPages() + stats.duplicatePages();
        ram.put("transferred", stats.transferredBytes());
        ram.put("remaining", stats.remainingBytes());
        ram.put("total", stats.totalBytes());
        ram.put("duplicate", stats.duplicatePages());
        ram.put("normal", stats.normalPages());
        ram.put("normal-bytes", stats.normalPages() * stats.pageSizeBytes());
        ram.put("dirty-pages-rate", stats.dirtyPagesPerSecond());
        ram.put("mbps", stats.megabitsPerSecond());
        ram.put("dirty-sync-count", stats.dirtySyncCount());
        ram.put("page-size", stats.pageSizeBytes());
        ram.put("pages-per-second", seconds <= 0 ? 0 : Math.round(pages / seconds));
        ram.put("multifd-bytes", 0).put("postcopy-requests", 0).put("postcopy-bytes", 0);
    }

    /** QEMU's {@code SocketAddress}. */
    private static void putAddress(ObjectNode address, String uri) {
        int colon = uri.indexOf(':');
        String rest = uri.substring(colon + 1);
        if (uri.startsWith("unix:")) {
            address.put("type", "unix").put("path", rest);
        } else {
            int port = rest.lastIndexOf(':');
            String host = rest.substring(0, port).replaceAll("[\\[\\]]", "");
            address.put("type", "inet").put("host", host).put("port", rest.substring(port + 1));
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
