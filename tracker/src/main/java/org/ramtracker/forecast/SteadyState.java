package org.ramtracker.forecast;

import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStats;

/**
 * Recognises a migration that goes round in circles, so that a forecast need not wait for its horizon.
 *
 * <p>The migration is looked at in windows, each as long as the whole history and at least eight passes. If the least that
 * remained after a sync is not 1 % less than in the window before, and neither throttle nor limit changed in both, then the
 * guest has done all that it will ever do, the rules have answered with all that they have, and nothing was gained: it will
 * be so for ever.
 *
 * <p>That is only said of the standard rules, and only if none of those is on that acts when time has passed, however little
 * was gained: a hard stop, a deadline, a doubling that has not come to its ceiling.
 *
 * <p>Threads: single-threaded.
 */
final class SteadyState {
    private static final int WINDOW_PASSES_MIN = 8;
    private static final double GAIN_MIN = 0.01;

    private final boolean applicable;
    private final MigrationParameters parameters;
    private final long windowNanos;

    private long windowStartNanos;
    private int windowPasses;
    private long leastBytes = Long.MAX_VALUE;
    private long leastBytesBefore = Long.MAX_VALUE;
    private int throttlePercent;
    private long limitNanos;

    SteadyState(ForecastRequest request) {
        parameters = request.parameters();
        windowNanos = request.history().durationNanos();
        applicable = isApplicable(request);
    }

    private static boolean isApplicable(ForecastRequest request) {
        MigrationParameters parameters = request.parameters();
        return request.policy().equals(ConvergencePolicy.standard())
                && parameters.get(MigrationParameter.MAX_ITERATIONS) == 0
                && parameters.get(MigrationParameter.MAX_TRANSFER_FACTOR) == 0
                && parameters.get(MigrationParameter.MAX_TOTAL_TIME) == 0;
    }

    /** Whether a course that was played for one request ends where it does for another that goes the same way but for this. */
    static boolean endsAlike(ForecastRequest request, Course course, ForecastRequest other) {
        return isJudgedAlike(request, other) || (course.end() != Course.End.STEADY && !mayBeReached(other, course));
    }

    private static boolean isJudgedAlike(ForecastRequest request, ForecastRequest other) {
        return isApplicable(request) == isApplicable(other)
                && isSame(MigrationParameter.CONVERGENCE_TIMEOUT, request, other)
                && isSame(MigrationParameter.CONVERGENCE_TIMEOUT_MAX_DOWNTIME, request, other);
    }

    private static boolean isSame(MigrationParameter parameter, ForecastRequest request, ForecastRequest other) {
        return request.parameters().get(parameter) == other.parameters().get(parameter);
    }

    /** Not before the end of a second window. */
    private static boolean mayBeReached(ForecastRequest request, Course course) {
        return isApplicable(request) && course.moments().size() >= 2 * WINDOW_PASSES_MIN;
    }

    /**
     * Looks at a migration after a sync.
     *
     * @param stats the migration
     * @param ranNanos how far the guest has come through its history
     * @return whether it will never end
     */
    boolean isReached(MigrationStats stats, long ranNanos) {
        if (!applicable || limitWillRise(stats.downtimeLimitNanos())) {
            return false;
        }
        if (stats.throttlePercent() != throttlePercent || stats.downtimeLimitNanos() != limitNanos) {
            throttlePercent = stats.throttlePercent();
            limitNanos = stats.downtimeLimitNanos();
            leastBytesBefore = Long.MAX_VALUE;
            begin(ranNanos);
        }
        leastBytes = Math.min(leastBytes, stats.remainingBytes());
        windowPasses++;
        return windowPasses >= WINDOW_PASSES_MIN && ranNanos - windowStartNanos >= windowNanos && end(ranNanos);
    }

    private boolean limitWillRise(long limit) {
        long ceiling = parameters.get(MigrationParameter.CONVERGENCE_TIMEOUT_MAX_DOWNTIME);
        return parameters.get(MigrationParameter.CONVERGENCE_TIMEOUT) > 0 && (ceiling == 0 || limit < ceiling);
    }

    private void begin(long ranNanos) {
        windowStartNanos = ranNanos;
        windowPasses = 0;
        leastBytes = Long.MAX_VALUE;
    }

    private boolean end(long ranNanos) {
        boolean gained = leastBytesBefore == Long.MAX_VALUE || leastBytes < leastBytesBefore * (1 - GAIN_MIN);
        leastBytesBefore = leastBytes;
        begin(ranNanos);
        return !gained;
    }
}
