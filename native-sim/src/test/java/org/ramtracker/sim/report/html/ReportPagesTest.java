package org.ramtracker.sim.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.forecast.ForecastRequest;
import org.ramtracker.forecast.LinkModel;
import org.ramtracker.forecast.MachineModel;
import org.ramtracker.forecast.Sweep;
import org.ramtracker.forecast.SweepCase;
import org.ramtracker.forecast.SweepRow;
import org.ramtracker.forecast.TraceIdentity;
import tools.jackson.databind.JsonNode;

/** Both pages in a real browser, as wide as a laptop and as narrow as a phone. */
class ReportPagesTest {
    private static final String NAME = "<script>alert('x')</script>{{data}}&amp;\".trace";
    private static final TraceIdentity TRACE = new TraceIdentity(NAME, "0");
    private static final MadeHistory HISTORY = new MadeHistory(100, 200, 16);
    private static final List<Integer> WIDTHS = List.of(375, 1366);

    @TempDir
    static Path directory;

    private static Chromium.Seen seen;

    @BeforeAll
    static void look() throws IOException, InterruptedException {
        Optional<Path> program = Chromium.find();
        assumeTrue(
                program.isPresent(), "no Chromium on the PATH to look at reports with (Debian's package is chromium)");
        Path sweep = directory.resolve("sweep.html");
        Path bench = directory.resolve("bench.html");
        ForecastReport.write(sweep, rows(), trace -> HISTORY);
        BenchmarkReport.write(bench, "a machine <b>", benchmarks());
        seen = new Chromium(program.get(), directory)
                .look(List.of(
                        frame(sweep, 375),
                        frame(sweep, 1366, "#matrix tbody tr:nth-child(2) td:nth-child(3) button"),
                        frame(bench, 375),
                        frame(bench, 1366)));
    }

    private static Chromium.Frame frame(Path page, int width, String... clicks) {
        return new Chromium.Frame(page, width, List.of(clicks));
    }

    private static List<SweepRow> rows() {
        return List.of("qemu", "liguori").stream()
                .flatMap(policy -> List.of(1_000_000L, 125_000_000L).stream()
                        .map(bandwidth -> Sweep.row(sweepCase(policy, bandwidth), HISTORY)))
                .toList();
    }

    private static SweepCase sweepCase(String policy, long bandwidth) {
        return new SweepCase(
                TRACE,
                policy,
                300_000_000,
                LinkModel.of(bandwidth),
                MachineModel.IDEAL,
                0,
                ForecastRequest.HORIZON_NANOS,
                0);
    }

    private static List<BenchmarkResult> benchmarks() {
        return List.of(
                new BenchmarkResult("Scan", "vector", "place=L1", 62, 27, "ns/op", limit(0.41, OptionalDouble.of(0.8))),
                new BenchmarkResult("Scan", "plainRead", "place=L1", 25, Double.NaN, "ns/op", List.of()),
                new BenchmarkResult("Move", "<i>", "", 3, 0.1, "ops/s", limit(0.97, OptionalDouble.of(0.85))),
                new BenchmarkResult("Near", "any", "", 3, 0.1, "ops/s", limit(0.9, OptionalDouble.of(0.85))),
                new BenchmarkResult("Wide", "any", "", 3, 33, "ops/s", limit(0.8, OptionalDouble.of(0.85))));
    }

    private static List<BenchmarkResult.Limit> limit(double ratio, OptionalDouble goal) {
        return List.of(new BenchmarkResult.Limit("plainRead", ratio, 0.1, goal));
    }

    private static JsonNode sweepAt(int width) {
        return seen.frames().get(WIDTHS.indexOf(width));
    }

    private static JsonNode benchAt(int width) {
        return seen.frames().get(2 + WIDTHS.indexOf(width));
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    @Test
    void nothingIsComplainedAboutAndNothingIsAskedOfTheNetwork() {
        assertThat(seen.complaints()).isEmpty();
        for (JsonNode frame : seen.frames()) {
            assertThat(frame.get("drawn").isString()).as("drawn to the end").isTrue();
            assertThat(frame.get("requests").asInt()).isZero();
        }
    }

    @Test
    void pageFitsAPhone() {
        for (JsonNode frame : seen.frames()) {
            assertThat(frame.get("scrollWidth").asInt())
                    .isLessThanOrEqualTo(frame.get("width").asInt());
        }
        assertThat(sweepAt(375).get("width").asInt()).isEqualTo(375);
    }

    @Test
    void tableThatGoesOnBeyondThePageFadesOutThere() {
        assertThat(texts(sweepAt(375).get("fading"))).contains("rows");
        assertThat(texts(sweepAt(1366).get("fading"))).doesNotContain("matrix");
    }

    @Test
    void everyChartShowsSomething() {
        for (int width : WIDTHS) {
            List<Integer> colours = sweepAt(width)
                    .get("colours")
                    .valueStream()
                    .map(JsonNode::asInt)
                    .toList();
            assertThat(colours)
                    .hasSize(5)
                    .allMatch(count -> count > 5); // two of the course, the map, its colours, D(t)
        }
    }

    @Test
    void everythingThatCanBeClickedCanBeReachedByKeys() {
        for (JsonNode frame : seen.frames()) {
            assertThat(texts(frame.get("unreachable"))).isEmpty();
            assertThat(texts(frame.get("mouseOnly"))).isEmpty();
        }
        assertThat(sweepAt(1366).get("reachable").asInt()).isGreaterThan(4); // each cell of the matrix at least
    }

    @Test
    void keyHidesALineLikeAClickOnItsLabel() {
        assertThat(sweepAt(375).get("hiddenByKey").asBoolean()).isTrue();
    }

    @Test
    void paperGetsTheLightColoursAndTheScreenItsOwnAgain() {
        for (JsonNode frame : seen.frames()) {
            assertThat(frame.get("screenTheme").asString()).isEqualTo("own");
            assertThat(frame.get("paperTheme").asString()).isEqualTo("light");
            assertThat(frame.get("themeAfterwards").asString()).isEqualTo("own");
        }
    }

    @Test
    void matrixHasACellForEachPolicyAndBandwidth() {
        JsonNode page = sweepAt(1366);
        assertThat(texts(page.get("columns"))).containsExactly("8 Mbit/s", "1 Gbit/s");
        assertThat(texts(page.get("policies"))).containsExactly("qemu", "liguori");
        List<String> cells = texts(page.get("matrix"));
        assertThat(cells.get(1)).startsWith("✕ does not converge given up after ");
        assertThat(cells.get(2)).matches("✓ converges over in \\d+ ms \\d+ ms downtime");
        assertThat(page.get("rows").asInt()).isEqualTo(4);
        assertThat(page.get("headline").asString()).startsWith("Of 4 migrations ");
    }

    @Test
    void cellThatIsChosenShowsItsCourse() {
        JsonNode page = sweepAt(1366);
        assertThat(page.get("course").asString()).startsWith("Course: qemu over 8 Mbit/s, limit 300 ms, ");
        assertThat(page.get("why").asString()).contains("the guest dirties");
        assertThat(page.get("clicked").get(0).asString()).startsWith("Course: liguori over 1 Gbit/s");
    }

    @Test
    void nameOfAFileIsTextWhateverItHolds() {
        assertThat(sweepAt(1366).get("title").asString()).isEqualTo("Migration forecasts for " + NAME);
        assertThat(sweepAt(1366).get("scripts").asInt()).isEqualTo(2);
    }

    @Test
    void barHasItsRangeAndItsShareOfTheLimit() {
        JsonNode page = benchAt(1366);
        assertThat(page.get("bars").asInt()).isEqualTo(5);
        assertThat(page.get("ranges").asInt())
                .isEqualTo(10); // three lines, or one that leaves the axis; one has no range
        assertThat(page.get("headline").asString())
                .isEqualTo("5 results; goals reached: 1 of 4, missed: 1, not decided by this run: 2.");
        assertThat(texts(page.get("boxes")).getFirst())
                .contains("place=L1", "62 ± 27 ns/op", "0.41 of plainRead ✕ below goal 0.80", "plainRead (limit)");
        assertThat(texts(page.get("boxes")).getLast())
                .contains("›", "0.80 of plainRead ~ not decided by this run, goal 0.85");
    }
}
