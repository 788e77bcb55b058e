package org.ramtracker.sim.report.html;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.ramtracker.forecast.DirtyHistory;
import org.ramtracker.forecast.Forecast;
import org.ramtracker.forecast.SweepRow;
import org.ramtracker.forecast.TraceIdentity;
import org.ramtracker.sim.report.Figures;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Forecasts as a page: what guests wrote and when, how migrations went, and a matrix of outcomes. Its size is bounded: of many
 * cases the first {@value #COURSES_MAX} can be looked at in their course, and the first {@value #CASES_MAX} are there at all; of
 * many traces the first {@value #TRACES_MAX} are drawn. The page says what it leaves out.
 */
public final class ForecastReport {
    static final int TRACES_MAX = 16;
    static final int COURSES_MAX = 400;
    static final int CASES_MAX = 3000;

    private static final int LABEL_COLUMNS = 13;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** A trace of the report. */
    private record ReportedTrace(String name, DirtyHistory history) {}

    private ForecastReport() {}

    /**
     * Refuses a place where no page can go, before the work is done.
     *
     * @param target where the page is to go
     * @throws IOException one line that says why it cannot
     */
    public static void requireUsable(Path target) throws IOException {
        PageFile.requireUsable(target);
    }

    /**
     * Writes the page of a sweep. What was there is replaced once the new page is complete, and stays as it was if that fails.
     *
     * @param target where
     * @param rows what was found, at least one row
     * @param histories the history of each trace of these rows
     * @throws IOException if it cannot be written
     */
    public static void write(Path target, List<SweepRow> rows, Function<TraceIdentity, DirtyHistory> histories)
            throws IOException {
        PageFile.write(target, html(rows, histories));
    }

    /**
     * Writes the page of a single forecast, as the other one.
     *
     * @param target where
     * @param trace the name of the trace
     * @param policy the name of the rules
     * @param forecast what was found
     * @param lines what was found, for people, the answer first
     * @throws IOException if it cannot be written
     */
    public static void write(Path target, String trace, String policy, Forecast forecast, List<String> lines)
            throws IOException {
        PageFile.write(target, html(trace, policy, forecast, lines));
    }

    static String html(List<SweepRow> rows, Function<TraceIdentity, DirtyHistory> histories) {
        List<TraceIdentity> traces =
                rows.stream().map(row -> row.sweepCase().trace()).distinct().toList();
        List<ReportedCase> cases = rows.stream()
                .map(row -> ReportedCase.of(
                        traces.indexOf(row.sweepCase().trace()),
                        row,
                        () -> row.sweepCase()
                                .request(histories.apply(row.sweepCase().trace()))))
                .toList();
        List<ReportedTrace> drawn = traces.stream()
                .limit(TRACES_MAX)
                .map(trace -> new ReportedTrace(trace.name(), histories.apply(trace)))
                .toList();
        String title = traces.size() == 1
                ? "Migration forecasts for " + drawn.getFirst().name()
                : "Migration forecasts for %d traces".formatted(traces.size());
        return HtmlPage.of("forecast", title, SweepAnswer.of(cases), data(drawn, cases, traces.size()));
    }

    static String html(String trace, String policy, Forecast forecast, List<String> lines) {
        String title = "Migration forecast for %s: %s, %s, limit %s"
                .formatted(
                        trace,
                        policy,
                        Figures.linkRate(forecast.request().link().bytesPerSecond()),
                        Figures.duration(forecast.request().parameters().downtimeLimitNanos()));
        List<ReportedCase> cases = List.of(ReportedCase.of(trace, policy, forecast));
        List<ReportedTrace> traces =
                List.of(new ReportedTrace(trace, forecast.request().history()));
        Answer answer = new Answer(
                lines.getFirst(),
                lines.stream().skip(1).map(ForecastReport::labelled).toList());
        return HtmlPage.of("forecast", title, answer, data(traces, cases, 1));
    }

    /** A line of text has its label in a column of its own. */
    private static String labelled(String line) {
        return line.substring(0, LABEL_COLUMNS).strip() + ": " + line.substring(LABEL_COLUMNS);
    }

    private static ObjectNode data(List<ReportedTrace> traces, List<ReportedCase> cases, int allTraces) {
        ObjectNode data = MAPPER.createObjectNode();
        traces.forEach(trace -> put(data.withArray("traces").addObject(), trace));
        for (int index = 0; index < Math.min(CASES_MAX, cases.size()); index++) {
            ObjectNode json = data.withArray("cases").addObject();
            cases.get(index).putJson(json);
            json.put("traceName", cases.get(index).traceName());
            if (index < COURSES_MAX) {
                CourseJson.put(
                        json.putObject("course"), cases.get(index).course().get());
            }
        }
        leftOut(cases.size(), allTraces).forEach(data.putArray("leftOut")::add);
        return data;
    }

    private static void put(ObjectNode json, ReportedTrace trace) {
        DirtyHistory history = trace.history;
        json.put("name", trace.name);
        DirtyMap map = DirtyMap.of(history);
        json.put(
                "words",
                "%s of RAM, watched for %s in %d epochs; %s of it, %d pages of %s, were written"
                        .formatted(
                                Figures.size(history.layout().totalBytes()),
                                Figures.duration(history.durationNanos()),
                                history.epochs(),
                                Figures.size(map.distinctPages()
                                        * history.layout().pageSize().bytes()),
                                map.distinctPages(),
                                Figures.size(history.layout().pageSize().bytes())));
        map.putJson(json);
    }

    private static List<String> leftOut(int cases, int traces) {
        List<String> words = new ArrayList<>();
        if (cases > CASES_MAX) {
            words.add("Of %d cases the first %d are in this page; all are in the sweep's rows."
                    .formatted(cases, CASES_MAX));
        }
        if (cases > COURSES_MAX) {
            words.add("Of %d cases the first %d can be looked at in their course; for another one, forecast it alone."
                    .formatted(cases, COURSES_MAX));
        }
        if (traces > TRACES_MAX) {
            words.add("Of %d traces the first %d are drawn.".formatted(traces, TRACES_MAX));
        }
        return words;
    }
}
