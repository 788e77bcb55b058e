package org.ramtracker.sim.report.html;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.ramtracker.sim.report.html.BenchmarkResult.Standing;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Results of benchmarks as a page: bars with their error ranges, and the share of the limit. */
public final class BenchmarkReport {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private BenchmarkReport() {}

    /**
     * Refuses a place where no page can go, before hours of measuring.
     *
     * @param target where the page is to go
     * @throws IOException one line that says why it cannot
     */
    public static void requireUsable(Path target) throws IOException {
        PageFile.requireUsable(target);
    }

    /**
     * Writes the page. What was there is replaced once the new page is complete, and stays as it was if writing fails.
     *
     * @param target where
     * @param machine what was measured on, for people
     * @param results in the order in which they are to be shown
     * @throws IOException if it cannot be written
     */
    public static void write(Path target, String machine, List<BenchmarkResult> results) throws IOException {
        PageFile.write(target, html(machine, results));
    }

    static String html(String machine, List<BenchmarkResult> results) {
        return HtmlPage.of("benchmarks", "ramtracker benchmarks", answer(machine, results), data(results));
    }

    /** A result beside one of its limits. */
    private record Share(BenchmarkResult result, BenchmarkResult.Limit limit) {
        private static Stream<Share> of(BenchmarkResult result) {
            return result.limits().stream().map(limit -> new Share(result, limit));
        }
    }

    private static Answer answer(String machine, List<BenchmarkResult> results) {
        List<Share> withGoal = results.stream()
                .flatMap(Share::of)
                .filter(share -> share.limit.goal().isPresent())
                .toList();
        List<Share> missed = standing(withGoal, Standing.MISSED);
        List<String> lines = new ArrayList<>();
        lines.add("Measured on " + machine + ".");
        missed.forEach(share -> lines.add(missedLine(share)));
        int undecided = standing(withGoal, Standing.UNDECIDED).size();
        return new Answer(headline(results.size(), withGoal.size(), missed.size(), undecided), lines);
    }

    /** Those of a standing, furthest below first. */
    private static List<Share> standing(List<Share> shares, Standing standing) {
        return shares.stream()
                .filter(share -> share.limit.standing() == standing)
                .sorted(Comparator.comparingDouble(share -> share.limit.ratio()))
                .toList();
    }

    private static String headline(int results, int goals, int missed, int undecided) {
        if (goals == 0) {
            return "%d results, none of them with a goal.".formatted(results);
        }
        return "%d results; goals reached: %d of %d%s%s."
                .formatted(
                        results,
                        goals - missed - undecided,
                        goals,
                        missed == 0 ? "" : ", missed: " + missed,
                        undecided == 0 ? "" : ", not decided by this run: " + undecided);
    }

    private static String missedLine(Share missed) {
        BenchmarkResult result = missed.result;
        return String.format(
                Locale.ROOT,
                "%s.%s%s comes to %.2f of %s; the goal is %.2f.",
                result.suite(),
                result.name(),
                result.parameters().isEmpty() ? "" : " (" + result.parameters() + ")",
                missed.limit.ratio(),
                missed.limit.baseline(),
                missed.limit.goal().orElseThrow());
    }

    private static ObjectNode data(List<BenchmarkResult> results) {
        ObjectNode data = MAPPER.createObjectNode();
        for (BenchmarkResult result : results) {
            put(data.withArray("results").addObject(), result);
        }
        return data;
    }

    private static void put(ObjectNode json, BenchmarkResult result) {
        json.put("suite", result.suite());
        json.put("name", result.name());
        json.put("parameters", result.parameters());
        json.put("unit", result.unit());
        json.put("score", result.score());
        if (Double.isFinite(result.error())) { // JSON has no other numbers
            json.put("error", result.error());
        }
        result.limits().forEach(limit -> put(json.withArray("limits").addObject(), limit));
    }

    private static void put(ObjectNode json, BenchmarkResult.Limit limit) {
        json.put("baseline", limit.baseline());
        json.put("ratio", limit.ratio());
        limit.goal()
                .ifPresent(goal -> json.put("goal", goal)
                        .put("standing", limit.standing().name().toLowerCase(Locale.ROOT)));
    }
}
