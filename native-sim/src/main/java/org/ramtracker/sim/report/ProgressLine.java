package org.ramtracker.sim.report;

import java.util.StringJoiner;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;

/** One line of at most {@value #COLUMNS_MAX} columns that says how a migration is going. */
public final class ProgressLine {
    /** Longest line. */
    public static final int COLUMNS_MAX = 120;

    private ProgressLine() {}

    /**
     * The line for a moment.
     *
     * @param stats the migration then
     * @param compares whether both sides are compared once the guest was moved
     * @return the line, without a line break
     */
    public static String of(MigrationStats stats, boolean compares) {
        return switch (stats.status()) {
            case NONE, SETUP -> "setting up";
            case ACTIVE -> active(stats);
            case PRE_SWITCHOVER ->
                "guest paused, waiting to continue with the last " + Figures.size(stats.remainingBytes());
            case DEVICE ->
                "guest paused, sending the last " + Figures.size(stats.remainingBytes() + stats.inFlightBytes());
            case COMPLETED ->
                compares
                        ? "moved; comparing both sides, then the guest runs on there"
                        : "moved; the guest runs on there";
            case FAILED, CANCELLING, CANCELLED -> stats.status().qmpName();
        };
    }

    private static String active(MigrationStats stats) {
        Prospect prospect = Prospect.of(stats);
        StringJoiner line = new StringJoiner(" | ");
        line.add("pass " + Math.max(1, stats.dirtySyncCount()));
        if (prospect.converges()) {
            line.add("%d %%".formatted(prospect.percent(stats.elapsedNanos())));
        }
        line.add(Figures.rate(stats.effectiveBytesPerSecond()));
        line.add(Figures.size(stats.remainingBytes()) + " left");
        if (prospect.converges()) {
            line.add("dirty " + dirtyRate(stats));
        }
        line.add("downtime %s / %s"
                .formatted(
                        Figures.duration(stats.expectedDowntimeNanos()), Figures.duration(stats.downtimeLimitNanos())));
        if (stats.throttlePercent() > 0) {
            line.add("throttle " + stats.throttlePercent() + " %");
        }
        return line.add(ending(stats, prospect)).toString();
    }

    private static String dirtyRate(MigrationStats stats) {
        return Prospect.isDirtyRateKnown(stats) ? Figures.rate(Prospect.dirtyBytesPerSecond(stats)) : "?";
    }

    private static String ending(MigrationStats stats, Prospect prospect) {
        if (!prospect.converges()) {
            return "not converging: dirty %s >= bandwidth".formatted(Figures.rate(Prospect.dirtyBytesPerSecond(stats)));
        }
        return prospect.known()
                ? "%d s to go".formatted(Math.ceilDiv(prospect.nanosLeft(), 1_000_000_000L))
                : "measuring";
    }

    /**
     * Whether a migration would not end at its present rates.
     *
     * @param stats the migration now
     * @return true if the guest dirties memory at least as fast as it is sent
     */
    public static boolean isStuck(MigrationStats stats) {
        return stats.status() == MigrationStatus.ACTIVE && !Prospect.of(stats).converges();
    }
}
