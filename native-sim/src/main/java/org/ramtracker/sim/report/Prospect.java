package org.ramtracker.sim.report;

import org.ramtracker.migrate.MigrationStats;

/**
 * What a migration's statistics promise. The rates are taken to stay as they are: RAM shrinks by bandwidth minus dirty rate
 * until the rest fits into the downtime limit. What the guest dirties is not known before the first pass is over.
 *
 * @param known whether there are rates to judge from
 * @param converges whether it ends at these rates
 * @param nanosLeft until the end, if it is known and converges
 */
record Prospect(boolean known, boolean converges, long nanosLeft) {
    private static final Prospect UNKNOWN = new Prospect(false, true, 0);
    private static final double NANOS_PER_SECOND = 1e9;
    /** The first moments say nothing about the rest. */
    private static final long MEASURED_NANOS_MIN = 500_000_000L;

    static Prospect of(MigrationStats stats) {
        double bandwidth = (double) stats.wireBytesPerSecond();
        if (bandwidth <= 0 || stats.elapsedNanos() < MEASURED_NANOS_MIN) {
            return UNKNOWN;
        }
        double dirtyRate = (double) dirtyBytesPerSecond(stats);
        double lastPart =
                Math.min((double) stats.remainingBytes(), bandwidth * stats.downtimeLimitNanos() / NANOS_PER_SECOND);
        double livePart = stats.remainingBytes() - lastPart;
        if (isDirtyRateKnown(stats) && livePart > 0 && dirtyRate >= bandwidth) {
            return new Prospect(true, false, 0);
        }
        double seconds = livePart / Math.max(bandwidth - dirtyRate, 1) + lastPart / bandwidth;
        return new Prospect(true, true, (long) (seconds * NANOS_PER_SECOND));
    }

    /** Not before the first pass is over: there was nothing to compare with. */
    static boolean isDirtyRateKnown(MigrationStats stats) {
        return stats.dirtySyncCount() > 1;
    }

    static long dirtyBytesPerSecond(MigrationStats stats) {
        return stats.dirtyPagesPerSecond() * stats.pageSizeBytes();
    }

    /** The way behind us in percent of the whole, by time; never 100 before the end. */
    int percent(long elapsedNanos) {
        if (!known || elapsedNanos <= 0) {
            return 0;
        }
        double whole = (double) elapsedNanos + nanosLeft;
        return (int) Math.min(99, 100 * (elapsedNanos / whole));
    }
}
