package org.ramtracker.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ramtracker.forecast.Course;
import org.ramtracker.forecast.Forecast;
import org.ramtracker.forecast.ForecastRequest;
import org.ramtracker.forecast.SampledPredictor;
import org.ramtracker.migrate.MigrationStats;

/** A forecast for people: the answer first. */
public final class ForecastText {
    private static final String LINE = "%-12s %s";
    private static final double NANOS_PER_MILLI = 1e6;

    private ForecastText() {}

    /**
     * The answer.
     *
     * @param forecast what was found
     * @param answers what else was asked
     * @return its lines
     */
    public static List<String> of(Forecast forecast, WhatIfAnswers answers) {
        Course course = forecast.course();
        List<String> lines = new ArrayList<>();
        lines.add(answer(forecast));
        lines.add(LINE.formatted("why", ForecastReason.of(forecast)));
        if (!course.converged()) {
            course.workingSet()
                    .ifPresent(set -> lines.add(LINE.formatted(
                            "kept up by",
                            ForecastReason.pages(set, course.stats().pageSizeBytes()))));
        }
        addFigures(lines, course);
        lines.add(LINE.formatted("trace", trace(forecast)));
        lines.add(LINE.formatted("model", model(forecast.request())));
        answers.addTo(lines);
        return lines;
    }

    private static String answer(Forecast forecast) {
        Course course = forecast.course();
        String verdict = switch (forecast.verdict()) {
            case CONVERGES -> "converges";
            case DOES_NOT_CONVERGE -> "does not converge";
            case MARGINAL -> course.converged() ? "marginal, but converges" : "marginal, and does not converge";
        };
        return verdict + ": " + summary(course);
    }

    private static String summary(Course course) {
        MigrationStats stats = course.stats();
        String sent =
                "%s, %s sent".formatted(Figures.passes(stats.dirtySyncCount()), Figures.size(stats.transferredBytes()));
        String time = Figures.duration(stats.elapsedNanos());
        return switch (course.end()) {
            case FITTED, FORCED ->
                "%sover in %s with %s of downtime, %s"
                        .formatted(
                                course.converged() ? "" : "forced, ",
                                time,
                                Figures.duration(stats.downtimeNanos()),
                                sent);
            case CANCELLED -> "cancelled after %s, %s".formatted(time, sent);
            case STEADY, HORIZON -> "given up after %s, %s".formatted(time, sent);
        };
    }

    private static void addFigures(List<String> lines, Course course) {
        MigrationStats stats = course.stats();
        lines.add(LINE.formatted("total time", Figures.duration(stats.elapsedNanos())));
        course.switchover()
                .filter(switchover -> course.completed())
                .ifPresent(switchover -> lines.add("%-12s %s, expected %s, limit %s"
                        .formatted(
                                "downtime",
                                Figures.duration(stats.downtimeNanos()),
                                Figures.duration(switchover.expectedDowntimeNanos()),
                                Figures.duration(switchover.downtimeLimitNanos()))));
        lines.add("%-12s %d".formatted("passes", stats.dirtySyncCount()));
        lines.add("%-12s %d normal, %d duplicate, of %s each"
                .formatted("pages", stats.normalPages(), stats.duplicatePages(), Figures.size(stats.pageSizeBytes())));
        lines.add("%-12s %d (%s) for %s of RAM"
                .formatted(
                        "bytes",
                        stats.transferredBytes(),
                        Figures.size(stats.transferredBytes()),
                        Figures.size(stats.totalBytes())));
    }

    private static String trace(Forecast forecast) {
        ForecastRequest request = forecast.request();
        long recorded = request.history().durationNanos();
        long played = forecast.course().historyNanos();
        String line = "%s recorded, %s played from %s on"
                .formatted(
                        Figures.duration(recorded), Figures.duration(played), Figures.duration(request.startNanos()));
        return forecast.isExtrapolated()
                ? line + ": longer than the recording, which was played again from its beginning"
                : line;
    }

    private static String model(ForecastRequest request) {
        return String.format(
                Locale.ROOT,
                "link %s, latency %s, buffer %s; %.0f ns a normal page, %.0f ns a duplicate one, %s a sync%s",
                Figures.rate(request.link().bytesPerSecond()),
                Figures.duration(request.link().latencyNanos()),
                Figures.size(request.link().bufferBytes()),
                request.machine().normalPageNanos(),
                request.machine().duplicatePageNanos(),
                Figures.duration(Math.round(request.machine().syncNanos())),
                request.machine().isIdeal()
                        ? "; nothing else costs time, as this machine was not measured: --calibrate measures it"
                        : "");
    }

    /**
     * The published predictor's answer.
     *
     * @param prediction what it predicts
     * @return its lines
     */
    public static List<String> of(SampledPredictor.Prediction prediction) {
        if (!prediction.converges()) {
            return List.of("does not converge: %s in an hour, and the next one takes %s"
                    .formatted(Figures.passes(prediction.passes()), millis(prediction.downtimeMillis())));
        }
        return List.of("converges: over in %s with %s of downtime, after %s with the guest running"
                .formatted(
                        millis(prediction.totalMillis()),
                        millis(prediction.downtimeMillis()),
                        Figures.passes(prediction.passes())));
    }

    private static String millis(double millis) {
        return Figures.duration(Math.round(millis * NANOS_PER_MILLI));
    }
}
