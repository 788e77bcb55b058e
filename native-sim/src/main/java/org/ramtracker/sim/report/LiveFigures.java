package org.ramtracker.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;

/** A migration at one moment as a block of lines, for somebody who watches it. */
public final class LiveFigures {
    private LiveFigures() {}

    /**
     * The block.
     *
     * @param stats the migration then
     * @return its lines, as many for every migration that has begun
     */
    public static List<String> of(MigrationStats stats) {
        if (stats.status() == MigrationStatus.NONE) {
            return List.of(line("status", "none: this VM was not asked to migrate yet"));
        }
        List<String> lines = new ArrayList<>();
        lines.add(line("status", status(stats)));
        lines.add(line("transferred", transferred(stats)));
        lines.add(line("remaining", Figures.size(stats.remainingBytes())));
        lines.add(line("bandwidth", bandwidth(stats)));
        lines.add(line("dirty rate", dirtyRate(stats)));
        lines.add(line("downtime", downtime(stats)));
        lines.add(line("throttle", stats.throttlePercent() + " %"));
        lines.add(line(
                "pages",
                "%d normal, %d duplicate, of %s each"
                        .formatted(stats.normalPages(), stats.duplicatePages(), Figures.size(stats.pageSizeBytes()))));
        return lines;
    }

    private static String line(String name, String value) {
        return "%-12s %s".formatted(name, value);
    }

    private static String status(MigrationStats stats) {
        return "%s, pass %d, for %s"
                .formatted(stats.status().qmpName(), stats.dirtySyncCount(), Figures.duration(stats.elapsedNanos()));
    }

    private static String transferred(MigrationStats stats) {
        double factor = stats.totalBytes() <= 0 ? 0 : (double) stats.transferredBytes() / stats.totalBytes();
        return String.format(
                Locale.ROOT,
                "%s, %.2f times the RAM of %s",
                Figures.size(stats.transferredBytes()),
                factor,
                Figures.size(stats.totalBytes()));
    }

    private static String bandwidth(MigrationStats stats) {
        return "%s while sending, %s with all that comes between"
                .formatted(Figures.rate(stats.wireBytesPerSecond()), Figures.rate(stats.effectiveBytesPerSecond()));
    }

    private static String dirtyRate(MigrationStats stats) {
        return "%s, %d pages/s"
                .formatted(
                        Figures.rate(stats.dirtyPagesPerSecond() * stats.pageSizeBytes()), stats.dirtyPagesPerSecond());
    }

    private static String downtime(MigrationStats stats) {
        String limits = "expected %s, limit %s"
                .formatted(
                        Figures.duration(stats.expectedDowntimeNanos()), Figures.duration(stats.downtimeLimitNanos()));
        return stats.status() == MigrationStatus.COMPLETED
                ? Figures.duration(stats.downtimeNanos()) + ", " + limits
                : limits;
    }
}
