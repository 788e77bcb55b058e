package org.ramtracker.sim.monitor.hmp;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.ramtracker.live.XbzrleStatistics;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.MigrationInfo;
import org.ramtracker.sim.monitor.TransferReport;

/** {@code info migrate}, in QEMU's lines and units: milliseconds, 1024 bytes, 10^6 bits a second. Ours come last. */
final class MigrationLines {
    private static final int KBYTE_SHIFT = 10;

    private final StringBuilder text = new StringBuilder();

    private MigrationLines() {}

    /** Nothing, if there was never a migration. */
    static String of(MigrationInfo info) {
        if (info.status() == MigrationStatus.NONE) {
            return "";
        }
        MigrationLines lines = new MigrationLines();
        lines.addStatus(info);
        info.stats().ifPresent(stats -> lines.addFigures(stats, info.transfer()));
        info.listeningOn()
                .ifPresent(uri ->
                        lines.text.append("socket address: [\n\t").append(uri).append("\n]\n"));
        return lines.text.toString();
    }

    private void addStatus(MigrationInfo info) {
        text.append("Migration status: ").append(info.status().qmpName());
        info.reason().ifPresent(reason -> text.append(" (").append(reason).append(')'));
        text.append('\n');
    }

    private void addFigures(MigrationStats stats, TransferReport transfer) {
        add("total time", millis(stats.elapsedNanos()), " ms");
        if (stats.status() == MigrationStatus.COMPLETED) {
            add("downtime", millis(stats.downtimeNanos()), " ms");
        }
        if (stats.expectedDowntimeNanos() != MigrationStats.UNKNOWN_NANOS) {
            add("expected downtime", millis(stats.expectedDowntimeNanos()), " ms");
        }
        add("setup", millis(stats.setupNanos()), " ms");
        addRam(stats, transfer);
        transfer.xbzrle().ifPresent(this::addXbzrle);
        if (stats.throttlePercent() > 0) {
            add("cpu throttle percentage", stats.throttlePercent(), "");
        }
        add("downtime limit", millis(stats.downtimeLimitNanos()), " ms");
        add("switchover cost", millis(stats.switchoverCostNanos()), " ms");
    }

    private void addRam(MigrationStats stats, TransferReport transfer) {
        add("transferred ram", stats.transferredBytes() >> KBYTE_SHIFT, " kbytes");
        add("throughput", stats.megabitsPerSecond(), " mbps");
        add("remaining ram", stats.remainingBytes() >> KBYTE_SHIFT, " kbytes");
        add("total ram", stats.totalBytes() >> KBYTE_SHIFT, " kbytes");
        add("duplicate", stats.duplicatePages(), " pages");
        add("normal", stats.normalPages(), " pages");
        add("normal bytes", (stats.normalPages() * stats.pageSizeBytes()) >> KBYTE_SHIFT, " kbytes");
        add("dirty sync count", stats.dirtySyncCount(), "");
        add("page size", stats.pageSizeBytes() >> KBYTE_SHIFT, " kbytes");
        add("multifd bytes", transfer.multifdBytes() >> KBYTE_SHIFT, " kbytes");
        add("pages-per-second", stats.pagesPerSecond(), "");
        if (stats.dirtyPagesPerSecond() > 0) {
            add("dirty pages rate", stats.dirtyPagesPerSecond(), " pages");
        }
    }

    private void addXbzrle(XbzrleStatistics xbzrle) {
        add("cache size", xbzrle.cacheBytes(), " bytes");
        add("xbzrle transferred", xbzrle.bytes() >> KBYTE_SHIFT, " kbytes");
        add("xbzrle pages", xbzrle.pages(), " pages");
        add("xbzrle cache miss", xbzrle.cacheMisses(), " pages");
        add("xbzrle cache miss rate", xbzrle.cacheMissRate(), "");
        add("xbzrle encoding rate", xbzrle.encodingRate(), "");
        add("xbzrle overflow", xbzrle.overflows(), "");
    }

    private void add(String name, double value, String unit) {
        text.append(String.format(Locale.ROOT, "%s: %.2f%s\n", name, value, unit));
    }

    private void add(String name, long value, String unit) {
        text.append(name).append(": ").append(value).append(unit).append('\n');
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
