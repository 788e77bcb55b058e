package org.ramtracker.sim.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ramtracker.forecast.Course;
import org.ramtracker.forecast.ForecastRequest;
import org.ramtracker.forecast.Regret;
import org.ramtracker.forecast.WhatIf;
import org.ramtracker.migrate.MigrationStats;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers to questions that were asked the other way round.
 *
 * @param least the least of each setting that converges; empty if nobody asked
 * @param within the policies that end in time; empty if nobody asked
 * @param bestStart the best moment to begin; empty if nobody asked
 * @param regret against the best stop in hindsight; empty if nobody asked
 */
public record WhatIfAnswers(
        List<LeastAnswer> least,
        Optional<List<WhatIf.Setting>> within,
        Optional<WhatIf.Start> bestStart,
        Optional<Regret> regret) {
    private static final String LINE = "%-12s %s";
    /** A step less fails, so that a forecast with this value is mostly marginal. */
    private static final String LEAST = "is the least that would do, with nothing to spare";

    /** A setting of which the least that converges is looked for. */
    private enum Setting {
        BANDWIDTH("bandwidth"),
        DOWNTIME_LIMIT("downtime-limit"),
        THROTTLE("cpu-throttle-percentage");

        private final String qemuName;

        Setting(String qemuName) {
            this.qemuName = qemuName;
        }

        Optional<WhatIf.Least> ask(ForecastRequest request) {
            return switch (this) {
                case BANDWIDTH -> WhatIf.leastBandwidth(request, Course::converged);
                case DOWNTIME_LIMIT -> WhatIf.leastDowntimeLimit(request, Course::converged);
                case THROTTLE -> WhatIf.leastThrottle(request, Course::converged);
            };
        }

        /** For people, and exactly as the options take it: a rounded least value may be too small. */
        String words(long value, ForecastRequest request) {
            return switch (this) {
                case BANDWIDTH ->
                    "a bandwidth of %s (--bandwidth %d%s)"
                            .formatted(Figures.rate(value), value, isLinkApart(request) ? " --link " + value : "");
                case DOWNTIME_LIMIT ->
                    "a downtime limit of %s (--downtime-limit %s)"
                            .formatted(Figures.duration(value), Figures.exactDuration(value));
                case THROTTLE -> "a throttle of %d %% from the start".formatted(value);
            };
        }

        /** The link that is tried is as fast as the limit. */
        private static boolean isLinkApart(ForecastRequest request) {
            return request.link().bytesPerSecond() != request.parameters().maxBandwidthBytesPerSecond();
        }

        String none() {
            return switch (this) {
                case BANDWIDTH -> "no bandwidth";
                case DOWNTIME_LIMIT -> "no downtime limit";
                case THROTTLE -> "no throttle";
            };
        }
    }

    /** The least of one setting. */
    public static final class LeastAnswer {
        private final Setting setting;
        private final ForecastRequest request;
        private final Optional<WhatIf.Least> answer;

        private LeastAnswer(Setting setting, ForecastRequest request, Optional<WhatIf.Least> answer) {
            this.setting = setting;
            this.request = request;
            this.answer = answer;
        }

        private String line() {
            return answer.map(this::line).orElse(setting.none() + " alone would make it converge");
        }

        private String line(WhatIf.Least least) {
            return "%s %s: %s%s"
                    .formatted(
                            setting.words(least.value(), request),
                            least.smallerFails() ? LEAST : "would do; it is the least that is tried",
                            times(least.course()),
                            least.monotone() ? "" : "; but not every larger one does");
        }

        private void putJson(ObjectNode json) {
            answer.ifPresentOrElse(
                    least -> putCourse(
                            json.putObject(setting.qemuName)
                                    .put("value", least.value())
                                    .put("smaller-fails", least.smallerFails())
                                    .put("monotone", least.monotone()),
                            least.course()),
                    () -> json.putNull(setting.qemuName));
        }
    }

    /**
     * Asks for the least bandwidth, downtime limit and throttle.
     *
     * @param request what was forecast
     * @return an answer for each of them
     */
    public static List<LeastAnswer> leastOf(ForecastRequest request) {
        return Stream.of(Setting.values())
                .map(setting -> new LeastAnswer(setting, request, setting.ask(request)))
                .toList();
    }

    /** For people. */
    void addTo(List<String> lines) {
        least.forEach(answer -> lines.add(LINE.formatted("what if", answer.line())));
        within.ifPresent(settings -> addWithin(lines, settings));
        bestStart.ifPresent(start -> lines.add(LINE.formatted("best start", startLine(start))));
        regret.ifPresent(lost -> lines.add(LINE.formatted("regret", regretLine(lost))));
    }

    private static String startLine(WhatIf.Start start) {
        return "%s%s into the trace (--start %s): %s"
                .formatted(
                        start.course().converged() ? "" : "it converges from none; the best of them is ",
                        Figures.duration(start.startNanos()),
                        Figures.exactDuration(start.startNanos()),
                        times(start.course()));
    }

    private static String regretLine(Regret regret) {
        String best = "the best stop in hindsight was %s after the start, with %s of downtime"
                .formatted(Figures.duration(regret.bestStopNanos()), Figures.duration(regret.bestDowntimeNanos()));
        if (regret.downtimeNanos().isEmpty()) {
            return best + "; the policy never stopped the guest";
        }
        return "%s of downtime and %s of time lost: %s"
                .formatted(
                        Figures.duration(regret.downtimeNanos().getAsLong()),
                        Figures.duration(regret.lostNanos().orElseThrow()),
                        best);
    }

    private static void addWithin(List<String> lines, List<WhatIf.Setting> settings) {
        if (settings.isEmpty()) {
            lines.add(LINE.formatted("in time", "no policy"));
        }
        for (WhatIf.Setting setting : settings) {
            lines.add(LINE.formatted(
                    "in time",
                    "--policy %s --downtime-limit %s: %s"
                            .formatted(
                                    setting.preset().name(),
                                    Figures.exactDuration(setting.downtimeLimitNanos()),
                                    times(setting.course()))));
        }
    }

    private static String times(Course course) {
        MigrationStats stats = course.stats();
        return course.completed()
                ? "over in %s with %s of downtime"
                        .formatted(Figures.duration(stats.elapsedNanos()), Figures.duration(stats.downtimeNanos()))
                : "not over after " + Figures.duration(stats.elapsedNanos());
    }

    /** For programs. */
    void putJson(ObjectNode json) {
        if (!least.isEmpty()) {
            ObjectNode what = json.putObject("what-if");
            least.forEach(answer -> answer.putJson(what));
        }
        within.ifPresent(settings -> putWithin(json.putArray("within"), settings));
        bestStart.ifPresent(start -> putCourse(
                json.putObject("best-start").put("start", MigrationJson.millis(start.startNanos())), start.course()));
        regret.ifPresent(lost -> putRegret(json.putObject("regret"), lost));
    }

    private static void putRegret(ObjectNode json, Regret regret) {
        json.put("best-stop", MigrationJson.millis(regret.bestStopNanos()));
        json.put("best-downtime", MigrationJson.millis(regret.bestDowntimeNanos()));
        regret.downtimeNanos().ifPresent(nanos -> json.put("downtime", MigrationJson.millis(nanos)));
        regret.lostNanos().ifPresent(nanos -> json.put("time-lost", MigrationJson.millis(nanos)));
    }

    private static void putWithin(ArrayNode json, List<WhatIf.Setting> settings) {
        for (WhatIf.Setting setting : settings) {
            putCourse(
                    json.addObject()
                            .put("policy", setting.preset().name())
                            .put("downtime-limit", MigrationJson.millis(setting.downtimeLimitNanos())),
                    setting.course());
        }
    }

    private static void putCourse(ObjectNode json, Course course) {
        json.put("status", course.stats().status().qmpName());
        json.put("total-time", MigrationJson.millis(course.stats().elapsedNanos()));
        if (course.completed()) {
            json.put("downtime", MigrationJson.millis(course.stats().downtimeNanos()));
        }
    }
}
