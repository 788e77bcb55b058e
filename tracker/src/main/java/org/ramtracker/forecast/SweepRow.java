package org.ramtracker.forecast;

import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;

/**
 * What became of one case of a sweep, by value.
 *
 * @param sweepCase what was asked
 * @param verdict the answer in a word
 * @param end why the migration ended
 * @param status {@code status} at the end, or when it was given up
 * @param totalNanos {@code total-time}, or when it was given up
 * @param downtimeNanos {@code downtime}; 0 if the guest was not stopped
 * @param expectedDowntimeNanos {@code expected-downtime} at the end; {@link MigrationStats#UNKNOWN_NANOS} if nothing is known
 * @param downtimeLimitNanos the limit in force at the end, which rules may have raised
 * @param passes {@code dirty-sync-count}
 * @param transferredBytes {@code transferred}
 * @param throttlePercent the hardest throttle that the guest felt
 * @param extrapolated whether the trace was shorter than the migration
 * @param regret against the best stop in hindsight
 */
public record SweepRow(
        SweepCase sweepCase,
        Forecast.Verdict verdict,
        Course.End end,
        MigrationStatus status,
        long totalNanos,
        long downtimeNanos,
        long expectedDowntimeNanos,
        long downtimeLimitNanos,
        long passes,
        long transferredBytes,
        int throttlePercent,
        boolean extrapolated,
        Regret regret) {
    static SweepRow of(SweepCase sweepCase, Forecast forecast, Regret regret) {
        Course course = forecast.course();
        MigrationStats stats = course.stats();
        return new SweepRow(
                sweepCase,
                forecast.verdict(),
                course.end(),
                stats.status(),
                stats.elapsedNanos(),
                stats.downtimeNanos(),
                stats.expectedDowntimeNanos(),
                stats.downtimeLimitNanos(),
                stats.dirtySyncCount(),
                stats.transferredBytes(),
                course.throttlePercentMax(),
                forecast.isExtrapolated(),
                regret);
    }
}
