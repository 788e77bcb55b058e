package org.ramtracker.sim.validate;

import java.util.Optional;
import org.ramtracker.forecast.Course;
import org.ramtracker.forecast.Forecast.Verdict;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.Switchover;
import org.ramtracker.sim.vmm.OutgoingResult;

/**
 * What was said and what happened.
 *
 * @param of the case
 * @param verdict what was said
 * @param forecast how it was to go
 * @param actual how it went
 * @param recordedBytesPerSecond what the guest wrote in a second while it was recorded, rewrites included
 * @param migratedBytesPerSecond the same while it was migrated; less if the machine had no time for it
 */
public record ValidationResult(
        ValidationCase of,
        Verdict verdict,
        Way forecast,
        Way actual,
        long recordedBytesPerSecond,
        long migratedBytesPerSecond) {
    /** Longest downtime by which a forecast may miss, however short the actual one. */
    public static final long DOWNTIME_ERROR_NANOS_MAX = 5_000_000;
    /** Share of the actual downtime by which a forecast may miss. */
    public static final double DOWNTIME_ERROR_SHARE_MAX = 0.2;

    /**
     * How a migration goes, in either world.
     *
     * @param completed whether the guest arrived within the horizon
     * @param converged whether it did without force
     * @param totalNanos until it ended, or until it was given up
     * @param downtimeNanos how long the guest stood still; 0 if it did not arrive
     * @param expectedDowntimeNanos what the engine expected when it paused the guest; -1 if it did not come to that
     * @param switchoverNanos when it paused the guest; -1 if it did not come to that
     * @param remainingBytes what was to be sent then; without a pause, at the end
     * @param passes how many
     * @param transferredBytes what was sent
     * @param setupNanos what came before the first page
     * @param syncNanos the last sync
     */
    public record Way(
            boolean completed,
            boolean converged,
            long totalNanos,
            long downtimeNanos,
            long expectedDowntimeNanos,
            long switchoverNanos,
            long remainingBytes,
            long passes,
            long transferredBytes,
            long setupNanos,
            long syncNanos) {
        private static Way of(MigrationStats stats, Optional<Switchover> switchover, boolean completed) {
            return new Way(
                    completed,
                    completed && !switchover.map(Switchover::rule).orElseThrow().isForced(),
                    stats.elapsedNanos(),
                    completed ? stats.downtimeNanos() : 0,
                    switchover.map(Switchover::expectedDowntimeNanos).orElse(-1L),
                    switchover.map(Switchover::elapsedNanos).orElse(-1L),
                    switchover.map(Switchover::remainingBytes).orElse(stats.remainingBytes()),
                    stats.dirtySyncCount(),
                    stats.transferredBytes(),
                    stats.setupNanos(),
                    stats.syncNanos());
        }

        static Way of(Course course) {
            return of(course.stats(), course.switchover(), course.completed());
        }

        static Way of(OutgoingResult result) {
            return of(
                    result.stats(),
                    result.convergence().switchover(),
                    result.stats().status() == MigrationStatus.COMPLETED);
        }
    }

    /**
     * Whether both arrived, so that times can be compared.
     *
     * @return false if one of them was given up
     */
    public boolean isComparable() {
        return forecast.completed() && actual.completed();
    }

    /**
     * How far off the total time was.
     *
     * @return forecast over actual, less 1
     */
    public double totalError() {
        return (double) forecast.totalNanos() / actual.totalNanos() - 1;
    }

    /**
     * How far off the downtime was.
     *
     * @return nanoseconds, more than 0 if less came than was forecast
     */
    public long downtimeErrorNanos() {
        return forecast.downtimeNanos() - actual.downtimeNanos();
    }

    /**
     * The same as a share.
     *
     * @return forecast over actual, less 1
     */
    public double downtimeError() {
        return (double) forecast.downtimeNanos() / actual.downtimeNanos() - 1;
    }

    /**
     * Whether the downtime was forecast as well as it is meant to be: within 20 % or 5 ms.
     *
     * @return false if it was not
     */
    public boolean isDowntimeGood() {
        return Math.abs(downtimeErrorNanos()) <= DOWNTIME_ERROR_NANOS_MAX
                || Math.abs(downtimeError()) <= DOWNTIME_ERROR_SHARE_MAX;
    }

    /**
     * Whether "converges" or "does not" was said, and was not so. What is called marginal cannot be false.
     *
     * @return true if it was wrong
     */
    public boolean isFalse() {
        return verdict != Verdict.MARGINAL && forecast.converged() != actual.converged();
    }
}
