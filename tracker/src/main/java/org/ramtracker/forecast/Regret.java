package org.ramtracker.forecast;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.ConvergenceRule;
import org.ramtracker.migrate.Decision;

/**
 * What a policy lost against the best stop in hindsight: against somebody who saw the same guest on the same link, throttled
 * as it was, and knew beforehand what would come.
 *
 * <p>A migration can be stopped after each sync of the dirty log ({@link Course#moments}): that is when it is known what
 * remains. Compared are those up to the policy's own stop, or up to the moment at which it was given up.
 *
 * <ul>
 *   <li>The <em>best stop</em> is the one after the sync that left least to send, the earliest of several. Its downtime is found
 *       by really stopping there, in a second run that is the same until then.
 *   <li>The <em>regret</em> is the policy's downtime less that of the best stop.
 *   <li>The <em>time lost</em> is the time from the first moment at which no more remained than when the policy stopped, to
 *       its stop: what was spent without making the downtime any shorter.
 * </ul>
 *
 * <p>A policy that never stopped the guest has no downtime, and so neither regret nor time lost; the best stop says what it
 * has missed.
 *
 * @param bestStopNanos when the best stop would have been, since the start of the migration
 * @param bestDowntimeNanos its downtime
 * @param downtimeNanos how much longer the policy's downtime was, at least 0; empty if it never stopped the guest
 * @param lostNanos how much earlier a stop with no longer a downtime was possible; empty if it never stopped the guest
 */
public record Regret(long bestStopNanos, long bestDowntimeNanos, OptionalLong downtimeNanos, OptionalLong lostNanos) {
    /**
     * Looks back on a migration.
     *
     * @param request what was forecast
     * @param course how it went
     * @return what was lost
     */
    public static Regret of(ForecastRequest request, Course course) {
        return of(request, course, Forecaster::play);
    }

    static Regret of(ForecastRequest request, Course course, Function<ForecastRequest, Course> playing) {
        List<Course.Moment> moments = course.moments();
        Course.Moment best = moments.stream()
                .min(Comparator.comparingLong(Course.Moment::remainingBytes))
                .orElseThrow();
        Course.Moment last = moments.getLast();
        if (!course.completed()) {
            return new Regret(
                    best.elapsedNanos(), downtime(request, best, playing), OptionalLong.empty(), OptionalLong.empty());
        }
        long own = course.stats().downtimeNanos();
        long bestDowntime = best.equals(last) ? own : Math.min(own, downtime(request, best, playing));
        return new Regret(
                best.elapsedNanos(),
                bestDowntime,
                OptionalLong.of(own - bestDowntime),
                OptionalLong.of(last.elapsedNanos() - firstAsGood(moments, last).elapsedNanos()));
    }

    private static Course.Moment firstAsGood(List<Course.Moment> moments, Course.Moment last) {
        return moments.stream()
                .filter(moment -> moment.remainingBytes() <= last.remainingBytes())
                .findFirst()
                .orElseThrow();
    }

    private static long downtime(
            ForecastRequest request, Course.Moment stop, Function<ForecastRequest, Course> playing) {
        ForecastRequest stopped = request.withPolicy(stoppingAt(request.policy(), stop.dirtySyncCount()));
        Course course = playing.apply(stopped);
        // The horizon may come while the guest stands still, which then has no downtime yet.
        Course whole = course.completed() ? course : playing.apply(stopped.withHorizon(Long.MAX_VALUE));
        return whole.stats().downtimeNanos();
    }

    /** The same policy, but that it stops the guest after that sync. */
    private static ConvergencePolicy stoppingAt(ConvergencePolicy policy, long dirtySyncCount) {
        return (stats, parameters, memory) -> {
            Decision decision = policy.decide(stats, parameters, memory);
            return stats.dirtySyncCount() < dirtySyncCount ? decision : stopping(decision);
        };
    }

    private static Decision stopping(Decision decision) {
        return new Decision(
                Decision.Action.SWITCH_OVER,
                ConvergenceRule.MAX_ITERATIONS,
                null,
                decision.expectedDowntimeNanos(),
                decision.downtimeLimitNanos(),
                decision.throttlePercent(),
                decision.memory());
    }
}
