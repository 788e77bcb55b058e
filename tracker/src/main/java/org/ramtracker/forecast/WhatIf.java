package org.ramtracker.forecast;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.MigrationParameter;

/**
 * Asks the other way round: which setting would make a migration end. Each answer is found by forecasting, by bisection on a
 * grid of values that lie 2 % apart, or 1 percentage point.
 *
 * <p>More bandwidth, a higher limit and a harder throttle nearly always make it easier; where a trace has quiet moments, one
 * that takes a little longer may catch one and end where a faster one does not. So four values above the answer are tried as
 * well, and if one of them fails the answer says so.
 *
 * <p>Threads: as {@link Forecaster}.
 */
public final class WhatIf {
    private static final double GRID_RATIO = 1.02;
    private static final long BANDWIDTH_MIN = 1 << 17;
    private static final long BANDWIDTH_MAX = 1L << 40;
    private static final long LIMIT_NANOS_MIN = 1_000_000;
    private static final int THROTTLE_MAX = 99;
    private static final double WHOLE = 100;
    private static final int[] STEPS_ABOVE = {1, 2, 5, 12};
    private static final int STARTS = 20;

    private WhatIf() {}

    /**
     * A value that is enough.
     *
     * @param value in the unit of the question
     * @param course how the migration goes with it
     * @param monotone false if some larger value is not enough
     * @param smallerFails whether the next smaller value was tried and is not enough; false if there is none
     */
    public record Least(long value, Course course, boolean monotone, boolean smallerFails) {}

    /**
     * One way to migrate.
     *
     * @param preset the policy
     * @param downtimeLimitNanos its limit
     * @param course how it goes
     */
    public record Setting(ConvergencePreset preset, long downtimeLimitNanos, Course course) {}

    /**
     * A moment to begin.
     *
     * @param startNanos where in the history
     * @param course how it goes from there
     */
    public record Start(long startNanos, Course course) {}

    /**
     * The least bandwidth, of link and {@code max-bandwidth} alike, with which it does.
     *
     * @param request everything else
     * @param enough what it has to do, {@code Course::converged} for example
     * @return bytes in a second, from 1 Mbit/s on; empty if nothing up to 1 TiB/s is enough
     */
    public static Optional<Least> leastBandwidth(ForecastRequest request, Predicate<Course> enough) {
        return least(
                geometric(BANDWIDTH_MIN, BANDWIDTH_MAX),
                bandwidth -> request.withLink(request.link().withBandwidth(bandwidth))
                        .withParameters(request.parameters().with(MigrationParameter.MAX_BANDWIDTH, bandwidth)),
                enough);
    }

    /**
     * The least {@code downtime-limit} with which it does.
     *
     * @param request everything else
     * @param enough what it has to do
     * @return nanoseconds, from 1 ms on; empty if nothing up to 2000 s is enough
     */
    public static Optional<Least> leastDowntimeLimit(ForecastRequest request, Predicate<Course> enough) {
        return least(
                geometric(LIMIT_NANOS_MIN, MigrationParameter.DOWNTIME_LIMIT.max()),
                limit -> request.withParameters(request.parameters().with(MigrationParameter.DOWNTIME_LIMIT, limit)),
                enough);
    }

    /**
     * The least throttle, held from the start, with which it does.
     *
     * @param request everything else
     * @param enough what it has to do
     * @return percent, 0 to 99; empty if not even 99 is enough
     */
    public static Optional<Least> leastThrottle(ForecastRequest request, Predicate<Course> enough) {
        return least(
                LongStream.rangeClosed(0, THROTTLE_MAX).toArray(),
                percent -> request.withPace(request.pace() * (1 - percent / WHOLE)),
                enough);
    }

    private static long[] geometric(long least, long most) {
        return LongStream.iterate(least, value -> value < most, value -> Math.round(value * GRID_RATIO))
                .toArray();
    }

    private static Optional<Least> least(long[] grid, LongFunction<ForecastRequest> variant, Predicate<Course> enough) {
        int failing = -1;
        int fitting = grid.length;
        Optional<Course> found = Optional.empty();
        while (fitting - failing > 1) {
            int middle = (failing + fitting) >>> 1;
            Course course = Forecaster.play(variant.apply(grid[middle]));
            if (enough.test(course)) {
                fitting = middle;
                found = Optional.of(course);
            } else {
                failing = middle;
            }
        }
        int answer = fitting;
        return found.map(
                course -> new Least(grid[answer], course, holdsAbove(grid, answer, variant, enough), answer > 0));
    }

    private static boolean holdsAbove(
            long[] grid, int answer, LongFunction<ForecastRequest> variant, Predicate<Course> enough) {
        return Arrays.stream(STEPS_ABOVE)
                .map(steps -> answer + steps)
                .filter(index -> index < grid.length)
                .parallel()
                .allMatch(index -> enough.test(Forecaster.play(variant.apply(grid[index]))));
    }

    /**
     * Which policies end in time, with their own downtime limit or with the longest downtime that is allowed as the limit.
     *
     * @param request everything else; its bandwidth holds for all
     * @param totalNanosMax how long it may take
     * @param downtimeNanosMax how long the guest may stand still
     * @return those that do, the shortest downtime first
     */
    public static List<Setting> within(ForecastRequest request, long totalNanosMax, long downtimeNanosMax) {
        return ConvergencePreset.all().stream()
                .flatMap(preset -> candidates(preset, downtimeNanosMax))
                .parallel()
                .map(candidate -> played(request.withHorizon(totalNanosMax), candidate))
                .filter(setting -> fits(setting.course(), totalNanosMax, downtimeNanosMax))
                .sorted(Comparator.comparingLong(
                        setting -> setting.course().stats().downtimeNanos()))
                .toList();
    }

    private record Candidate(ConvergencePreset preset, long limitNanos) {}

    private static Stream<Candidate> candidates(ConvergencePreset preset, long downtimeNanosMax) {
        return LongStream.of(preset.parameters().downtimeLimitNanos(), downtimeNanosMax)
                .distinct()
                .mapToObj(limit -> new Candidate(preset, limit));
    }

    private static Setting played(ForecastRequest request, Candidate candidate) {
        ForecastRequest wanted = request.withPolicy(candidate.preset().policy())
                .withParameters(candidate
                        .preset()
                        .parameters()
                        .with(
                                MigrationParameter.MAX_BANDWIDTH,
                                request.parameters().maxBandwidthBytesPerSecond())
                        .with(
                                MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH,
                                request.parameters().get(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH))
                        .with(MigrationParameter.DOWNTIME_LIMIT, candidate.limitNanos()));
        return new Setting(candidate.preset(), candidate.limitNanos(), Forecaster.play(wanted));
    }

    /**
     * Whether a migration completed in time.
     *
     * @param course how it went
     * @param totalNanosMax how long it may have taken
     * @param downtimeNanosMax how long the guest may have stood still
     * @return true if both held
     */
    public static boolean fits(Course course, long totalNanosMax, long downtimeNanosMax) {
        return course.completed()
                && course.stats().elapsedNanos() <= totalNanosMax
                && course.stats().downtimeNanos() <= downtimeNanosMax;
    }

    /**
     * The best moment to begin, of twenty that are spread evenly over the history: where it converges, then where it takes the
     * least time.
     *
     * @param request everything but the start
     * @return the moment, even if it converges from none
     */
    public static Start bestStart(ForecastRequest request) {
        long stepNanos = Math.max(1, request.history().durationNanos() / STARTS);
        return LongStream.iterate(0, start -> start < request.history().durationNanos(), start -> start + stepNanos)
                .limit(STARTS)
                .boxed()
                .parallel()
                .map(start -> new Start(start, Forecaster.play(request.withStart(start))))
                .min(Comparator.comparing((Start start) -> !start.course().converged())
                        .thenComparingLong(start -> start.course().stats().elapsedNanos())
                        .thenComparingLong(Start::startNanos))
                .orElseThrow();
    }
}
