package org.ramtracker.sim.report;

import java.util.Locale;
import java.util.stream.Collectors;
import org.ramtracker.forecast.Course;
import org.ramtracker.forecast.Deviation;
import org.ramtracker.forecast.Forecast;
import org.ramtracker.forecast.WorkingSet;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.Switchover;

/** Why a migration ends, or does not, in words. */
public final class ForecastReason {
    private static final double NANOS_PER_SECOND = 1e9;

    private ForecastReason() {}

    /** One line: dirty rate against bandwidth, and what follows; what hangs on a tenth, if anything does. */
    static String of(Forecast forecast) {
        String why = of(forecast.course());
        return forecast.overturnedBy().isEmpty() ? why : why + "; " + marginal(forecast);
    }

    /**
     * Why a migration ends as it does: one line, with the dirty rate against the bandwidth.
     *
     * @param course how it went
     * @return the reason
     */
    public static String of(Course course) {
        return outcome(course) + "; " + rates(course);
    }

    private static String outcome(Course course) {
        MigrationStats stats = course.stats();
        return switch (course.end()) {
            case FITTED -> fitted(stats, course.switchover().orElseThrow());
            case FORCED -> forced(course.switchover().orElseThrow());
            case CANCELLED -> course.outcome().warningOrReason().orElse("a rule cancels it");
            case STEADY ->
                "the passes gain nothing any more: after %d of them %s"
                        .formatted(stats.dirtySyncCount(), least(course, stats));
            case HORIZON ->
                "it is not over after %s and %s: %s"
                        .formatted(
                                Figures.duration(stats.elapsedNanos()),
                                Figures.passes(stats.dirtySyncCount()),
                                course.switchover()
                                        .map(switchover ->
                                                "the guest was stopped by then, but not yet at the destination")
                                        .orElseGet(() -> least(course, stats)));
        };
    }

    /** A rule with an estimate of its own may find that to fit which is expected to take longer. */
    private static String fitted(MigrationStats stats, Switchover switchover) {
        return switchover.breaksLimit()
                ? "after %s the rule finds that the rest, %s, fits into %s, but %s of downtime are expected"
                        .formatted(
                                Figures.passes(stats.dirtySyncCount()),
                                Figures.size(switchover.remainingBytes()),
                                Figures.duration(switchover.downtimeLimitNanos()),
                                Figures.duration(switchover.expectedDowntimeNanos()))
                : fittedWithinLimit(stats, switchover);
    }

    private static String fittedWithinLimit(MigrationStats stats, Switchover switchover) {
        return "after %s the rest, %s, fits into %s of downtime"
                .formatted(
                        Figures.passes(stats.dirtySyncCount()),
                        Figures.size(switchover.remainingBytes()),
                        Figures.duration(switchover.downtimeLimitNanos()));
    }

    private static String forced(Switchover switchover) {
        return "%s stops the guest with %s left, %s of expected downtime where %s are allowed"
                .formatted(
                        switchover.rule().monitorName(),
                        Figures.size(switchover.remainingBytes()),
                        Figures.duration(switchover.expectedDowntimeNanos()),
                        Figures.duration(switchover.downtimeLimitNanos()));
    }

    private static String least(Course course, MigrationStats stats) {
        if (course.leastRemainingBytes() < 0) {
            return "the first pass is not over";
        }
        if (course.leastRemainingBytes() == 0) {
            return "what was on its way when nothing was left took longer than the %s that are allowed"
                    .formatted(Figures.duration(stats.downtimeLimitNanos()));
        }
        long bandwidth = Math.max(1, stats.wireBytesPerSecond());
        return "never less than %s were left, %s of downtime where %s are allowed"
                .formatted(
                        Figures.size(course.leastRemainingBytes()),
                        Figures.duration((long) (course.leastRemainingBytes() * NANOS_PER_SECOND / bandwidth)),
                        Figures.duration(stats.downtimeLimitNanos()));
    }

    private static String rates(Course course) {
        MigrationStats stats = course.stats();
        return dirtyRate(stats) + " and " + linkRate(stats);
    }

    /** A rate of zero before the second sync is none: there was nothing to compare with. */
    private static String dirtyRate(MigrationStats stats) {
        if (!Prospect.isDirtyRateKnown(stats)) {
            return "what the guest dirties is not known yet";
        }
        return "the guest dirties %s%s"
                .formatted(
                        Figures.rate(Prospect.dirtyBytesPerSecond(stats)),
                        stats.throttlePercent() > 0
                                ? " although throttled by %d %%".formatted(stats.throttlePercent())
                                : "");
    }

    /** No link of a forecast stands still, so a rate of zero is one that was not measured. */
    private static String linkRate(MigrationStats stats) {
        return stats.wireBytesPerSecond() == 0
                ? "what the link carries is not known yet"
                : "the link carries " + Figures.rate(stats.wireBytesPerSecond());
    }

    private static String marginal(Forecast forecast) {
        return "with "
                + forecast.overturnedBy().stream().map(ForecastReason::words).collect(Collectors.joining(", or with "))
                + (forecast.course().converged() ? " it would not converge" : " it would converge");
    }

    private static String words(Deviation deviation) {
        return switch (deviation) {
            case LESS_BANDWIDTH -> "10 % less bandwidth";
            case MORE_BANDWIDTH -> "10 % more bandwidth";
            case FASTER_GUEST -> "a guest 10 % faster";
            case SLOWER_GUEST -> "a guest 10 % slower";
        };
    }

    /** The pages that keep it from ending. */
    static String pages(WorkingSet set, int pageBytes) {
        return String.format(
                Locale.ROOT,
                "%d pages (%s) written within the last pass, %s of guest time; %.0f %% of them in block %s, nine"
                        + " tenths of those from 0x%x to 0x%x",
                set.pages(),
                Figures.size(set.pages() * pageBytes),
                Figures.duration(set.nanos()),
                100.0 * set.blockPages() / Math.max(1, set.pages()),
                set.idstr(),
                set.fromBytes(),
                set.toBytes());
    }
}
