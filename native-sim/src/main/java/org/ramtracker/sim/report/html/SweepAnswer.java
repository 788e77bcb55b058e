package org.ramtracker.sim.report.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ramtracker.forecast.Forecast;
import org.ramtracker.sim.report.Figures;

/** The answer of a sweep in words: for each trace and limit, from which bandwidth on every policy converges, and who does below. */
final class SweepAnswer {
    private static final int LINES_MAX = 8;

    private record Setting(String trace, long downtimeLimitNanos) {}

    private record Link(long bytesPerSecond, List<ReportedCase> cases) {}

    private SweepAnswer() {}

    static Answer of(List<ReportedCase> cases) {
        Map<Setting, List<ReportedCase>> settings = cases.stream()
                .collect(Collectors.groupingBy(
                        each -> new Setting(each.traceName(), each.downtimeLimitNanos()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        List<String> lines = new ArrayList<>();
        settings.entrySet().stream()
                .limit(LINES_MAX)
                .forEach(setting -> lines.add(line(setting.getKey(), setting.getValue())));
        if (settings.size() > LINES_MAX) {
            lines.add("More pairs of trace and limit, %d in all, are below.".formatted(settings.size()));
        }
        return new Answer(headline(cases), lines);
    }

    private static String headline(List<ReportedCase> cases) {
        return "Of %d migrations %d %s, %d %s marginal and %d %s not converge."
                .formatted(
                        cases.size(),
                        count(cases, Forecast.Verdict.CONVERGES),
                        count(cases, Forecast.Verdict.CONVERGES) == 1 ? "converges" : "converge",
                        count(cases, Forecast.Verdict.MARGINAL),
                        count(cases, Forecast.Verdict.MARGINAL) == 1 ? "is" : "are",
                        count(cases, Forecast.Verdict.DOES_NOT_CONVERGE),
                        count(cases, Forecast.Verdict.DOES_NOT_CONVERGE) == 1 ? "does" : "do");
    }

    private static long count(List<ReportedCase> cases, Forecast.Verdict verdict) {
        return cases.stream().filter(each -> each.verdict() == verdict).count();
    }

    private static String line(Setting setting, List<ReportedCase> cases) {
        return "%s, limit %s: %s."
                .formatted(setting.trace, Figures.duration(setting.downtimeLimitNanos), words(links(cases)));
    }

    /** The widest first. */
    private static List<Link> links(List<ReportedCase> cases) {
        return cases.stream().collect(Collectors.groupingBy(ReportedCase::bandwidthBytesPerSecond)).entrySet().stream()
                .map(entry -> new Link(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Link::bytesPerSecond).reversed())
                .toList();
    }

    /** The widest links, over which every policy converges, together; each of the others by itself. */
    private static String words(List<Link> links) {
        int wide = 0;
        while (wide < links.size() && links.get(wide).cases.stream().allMatch(ReportedCase::converges)) {
            wide++;
        }
        List<String> words = new ArrayList<>();
        if (wide > 0) {
            Link narrowest = links.get(wide - 1);
            words.add(allOver(narrowest.bytesPerSecond, wide > 1, narrowest.cases));
        }
        links.stream().skip(wide).forEach(link -> words.add(someOver(link.bytesPerSecond, link.cases)));
        return String.join("; ", words);
    }

    private static String allOver(long bandwidth, boolean andMore, List<ReportedCase> cases) {
        return "over %s%s %s %s"
                .formatted(
                        Figures.linkRate(bandwidth),
                        andMore ? " and more" : "",
                        cases.size() == 1 ? "it converges," : "all %d policies converge,".formatted(cases.size()),
                        first(cases, andMore ? " over " + Figures.linkRate(bandwidth) : ""));
    }

    private static String someOver(long bandwidth, List<ReportedCase> cases) {
        List<ReportedCase> converging =
                cases.stream().filter(ReportedCase::converges).toList();
        String over = "over " + Figures.linkRate(bandwidth);
        return converging.isEmpty()
                ? over + " none is sure to converge"
                : "%s %d of %d, %s".formatted(over, converging.size(), cases.size(), first(converging, ""));
    }

    private static String first(List<ReportedCase> converging, String where) {
        ReportedCase first = converging.stream()
                .min(Comparator.comparingLong(ReportedCase::totalNanos))
                .orElseThrow();
        return "soonest %s%s: %s".formatted(first.policy(), where, first.times());
    }
}
