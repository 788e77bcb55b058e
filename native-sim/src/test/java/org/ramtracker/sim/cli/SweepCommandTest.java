package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.MigrationParameters;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sweep} over a trace of 32 MiB of RAM, a quarter of which is written to at random: 2 MiB/s at most. */
class SweepCommandTest {
    private static final String SETTINGS =
            " --policy qemu,xen,nova --bandwidth 1M,8M --downtime-limit 30ms,300ms --horizon 10m";
    private static final int CASES = 12;

    @TempDir
    static Path traces;

    @TempDir
    Path directory;

    private static Path trace;
    private static Path free;
    private Path jsonl;
    private Path csv;

    private record Run(int exitCode, String out, String err) {}

    @BeforeAll
    static void makeTrace() throws IOException {
        trace = traces.resolve("a trace, quoted \"so\"");
        MadeTrace.write(trace, 8192, 25, 100);
        free = FreeMachine.calibration(traces.resolve("free"));
    }

    @BeforeEach
    void nameFiles() {
        jsonl = directory.resolve("rows.jsonl");
        csv = directory.resolve("rows.csv");
    }

    private static Run run(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = line.execute(arguments.toArray(String[]::new));
        return new Run(exitCode, out.toString(), err.toString());
    }

    /** Whatever the user of this machine has measured must not count here. */
    private static Run sweep(Path file, String options) {
        List<String> arguments = new ArrayList<>(List.of("sweep", file.toString(), "--calibration", free.toString()));
        arguments.addAll(Stream.of(options.strip().split(" ")).toList());
        return run(arguments);
    }

    private Run sweepTo(Path output, String options) {
        Run run = sweep(trace, SETTINGS + " --quiet -o " + output + options);
        assertThat(run.exitCode).as(run.err).isZero();
        return run;
    }

    @Test
    void everyCombinationHasARowInOrderWhateverTheNumberOfThreads() throws IOException {
        sweepTo(jsonl, " --threads 1");
        Path other = directory.resolve("other.jsonl");
        sweepTo(other, " --threads 3");

        List<JsonNode> rows = Files.readAllLines(jsonl).stream()
                .map(JsonMapper.shared()::readTree)
                .toList();
        assertThat(rows).hasSize(CASES);
        assertThat(rows)
                .extracting(row ->
                        row.get("bandwidth").asLong() + " " + row.get("policy").asString() + " "
                                + row.get("downtime-limit").asLong())
                .startsWith("1048576 qemu 30", "1048576 qemu 300", "1048576 xen 30")
                .doesNotHaveDuplicates();
        assertThat(rows.getLast().get("trace").asString()).isEqualTo("a trace, quoted \"so\"");
        assertThat(Files.readString(other)).isEqualTo(Files.readString(jsonl));
    }

    @Test
    void killedSweepIsTakenUpAndEndsAsIfItHadNotBeen() throws IOException {
        sweepTo(jsonl, "");
        String whole = Files.readString(jsonl);
        List<String> lines = whole.lines().toList();
        Files.writeString(
                jsonl, lines.get(0) + "\n" + lines.get(1) + "\n" + lines.get(2).substring(0, 40));

        Run run = sweep(trace, SETTINGS + " -o " + jsonl);

        assertThat(run.out).contains("12 forecasts, 2 of them from before");
        assertThat(Files.readString(jsonl)).isEqualTo(whole);
    }

    @Test
    void everyPlaceAtWhichAFileMayBeTornIsTakenUp() throws IOException {
        sweepTo(csv, " --shard 1/6");
        String whole = Files.readString(csv);
        for (int length = 0; length < whole.length(); length += 37) {
            Files.writeString(csv, whole.substring(0, length));
            sweepTo(csv, " --shard 1/6");
            assertThat(Files.readString(csv))
                    .as("torn after %d characters", length)
                    .isEqualTo(whole);
        }
    }

    @Test
    void rowsThatAreThereAreNotComputedAgain() throws IOException {
        sweepTo(jsonl, "");
        String marked = Files.readString(jsonl).replaceFirst("\"transferred\":\\d+", "\"transferred\":1");
        Files.writeString(jsonl, marked);

        sweepTo(jsonl, " -o " + csv);

        assertThat(Files.readString(jsonl)).isEqualTo(marked);
        assertThat(Files.readAllLines(csv)).hasSize(CASES + 1);
        assertThat(Files.readAllLines(csv).get(1)).contains(",1,0,");
    }

    @Test
    void shardsTogetherAreTheWhole() throws IOException {
        sweepTo(csv, "");
        Path parts = directory.resolve("parts.jsonl");
        for (int shard = 3; shard >= 1; shard--) {
            Path part = directory.resolve("part" + shard + ".jsonl");
            sweepTo(part, " --shard " + shard + "/3");
            assertThat(Files.readAllLines(part)).hasSize(CASES / 3);
            Files.writeString(parts, Files.readString(part), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        Path merged = directory.resolve("merged.csv");

        sweepTo(parts, " -o " + merged);

        assertThat(Files.readString(merged)).isEqualTo(Files.readString(csv));
    }

    @Test
    void rowsOfOtherCasesStayInTheFile() throws IOException {
        sweepTo(jsonl, "");
        Run other = sweep(trace, "--policy vdsm --bandwidth 8M --quiet -o " + jsonl);

        assertThat(other.exitCode).as(other.err).isZero();
        assertThat(Files.readAllLines(jsonl)).hasSize(CASES + 1);
        assertThat(Files.readAllLines(jsonl).getFirst()).contains("\"vdsm\"");
    }

    @ParameterizedTest
    @CsvSource({
        "rows.jsonl, '{\"name\": 1}\n', 1",
        "rows.jsonl, '{\"name\": 1}', 1",
        "rows.jsonl, 'text without an end', 1",
        "rows.csv, 'a,b,c\n1,2,3\n', 1",
        "rows.csv, 'something', 1"
    })
    void fileOfOtherContentIsRefusedUnharmed(String name, String content, int line) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, content);

        Run run = sweep(trace, SETTINGS + " -o " + file);

        assertThat(run.exitCode).isEqualTo(1);
        assertThat(run.err.strip())
                .isEqualTo("%s: line %d is no row of a sweep, so the file is left as it is; name another one"
                        .formatted(file, line));
        assertThat(Files.readString(file)).isEqualTo(content);
    }

    @Test
    void tableShowsEachPolicyAndBandwidth() {
        Run run = sweep(trace, "--bandwidth 8M,1Gbit");

        assertThat(run.exitCode).as(run.err).isZero();
        assertThat(run.out)
                .contains("downtime limit 300 ms")
                .contains("8.0 MiB/s")
                .contains("1 Gbit/s");
        ConvergencePreset.all().forEach(preset -> assertThat(run.out).contains("\n" + preset.name() + " "));
        assertThat(run.out).contains("24 forecasts, 0 of them from before");
    }

    @Test
    void programsGetTheRowsAsJsonLines() {
        Run run = sweep(trace, "--policy qemu --bandwidth 8M --json");

        JsonNode row = JsonMapper.shared().readTree(run.out);
        assertThat(row.get("verdict").asString()).isEqualTo("converges");
        assertThat(row.get("status").asString()).isEqualTo("completed");
        assertThat(row.get("regret").asDouble()).isNotNegative();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--bandwidth 0 | --bandwidth 0 means that nothing limits it, and a sweep takes it for what the link carries",
                "--bandwidth 0.001 | is less than one byte a second",
                "--bandwidth 8M --policy magic | policy 'magic' is unknown; there are qemu, qemu-2011,",
                "--bandwidth 8M --shard 3/2 | '3/2' is no shard: write I/N with I from 1 to N, like 2/4",
                "--bandwidth 8M --shard 0/2 | '0/2' is no shard",
                "--bandwidth 8M --threads 0 | --threads needs at least 1",
                "--bandwidth 8M --downtime-limit 3000s | downtime-limit 3000000 milliseconds is out of range",
                "--bandwidth 8M --start 5s | --start is 5s, but",
                "--bandwidth 8M --horizon 0 | Invalid value for option '--horizon': duration '0' is zero"
            })
    void badQuestionsAreRefusedInOneLine(String options, String reason) {
        Run run = sweep(trace, options);

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.err.lines().findFirst().orElseThrow()).contains(reason);
    }

    @Test
    void bandwidthIsByDefaultThatOfForecast() {
        Run run = sweep(trace, "--policy qemu --json");

        assertThat(run.exitCode).as(run.err).isZero();
        assertThat(JsonMapper.shared().readTree(run.out).get("bandwidth").asLong())
                .isEqualTo(MigrationParameters.defaults().maxBandwidthBytesPerSecond());
    }

    @ParameterizedTest
    @CsvSource({"verdict, perhaps", "downtime, soon", "downtime, ''", "dirty-sync-count, 1.5"})
    void damagedRowIsRefusedUnharmedInOneLine(String field, String value) throws IOException {
        Run first = sweep(trace, "--policy qemu --bandwidth 8M --quiet -o " + jsonl);
        assertThat(first.exitCode).as(first.err).isZero();
        String damaged =
                Files.readString(jsonl).replaceFirst("\"" + field + "\":[^,]*", "\"" + field + "\":\"" + value + "\"");
        Files.writeString(jsonl, damaged);

        Run run = sweep(trace, "--policy qemu --bandwidth 8M -o " + jsonl);

        assertThat(run.exitCode).isEqualTo(1);
        assertThat(run.err.lines())
                .singleElement()
                .asString()
                .matches(".*/rows.jsonl: the row of case \\w{16} is damaged, .*");
        assertThat(Files.readString(jsonl)).isEqualTo(damaged);
    }

    @ParameterizedTest
    @CsvSource({
        "--policy magic --bandwidth 8M, policy 'magic' is unknown",
        "--policy qemu --bandwidth 8M --shard 2/2, --shard 2/2 has nothing to do: cases of the sweep: 1"
    })
    void badQuestionLeavesNoFileBehind(String options, String reason) {
        Run run = sweep(trace, options + " -o " + jsonl);

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.err).contains(reason);
        assertThat(jsonl).doesNotExist();
    }

    @Test
    void refusedOutputLeavesNoEmptyOneBeforeItBehind() {
        Run run = sweep(trace, "--bandwidth 8M -o " + jsonl + " -o " + directory.resolve("rows.txt"));

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(jsonl).doesNotExist();
    }

    @Test
    void outputsWithoutADirectoryAreRefusedInOneLine() {
        for (String name : List.of("rows.jsonl", "rows.csv", "page.html")) {
            Run run = sweep(
                    trace, "--bandwidth 8M -o " + directory.resolve("nowhere").resolve(name));
            assertThat(run.exitCode).isEqualTo(1);
            assertThat(run.err.lines()).singleElement().asString().contains("nowhere; make it, or name another file");
        }
    }

    @ParameterizedTest
    @CsvSource({"rows.txt, give it an ending that says what to write", "rows, give it an ending"})
    void endingThatSaysNothingIsRefused(String name, String reason) {
        Run run = sweep(trace, "--bandwidth 8M -o " + directory.resolve(name));
        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.err).startsWith("--output ").contains(reason);
        assertThat(directory.resolve(name)).doesNotExist();
    }

    @Test
    void directoryIsNoTrace() {
        Run run = sweep(directory, "--bandwidth 8M");

        assertThat(run.exitCode).isEqualTo(1);
        assertThat(run.err.strip())
                .isEqualTo(directory + ": is a directory, so it is no dirty trace; name a file in it");
    }

    @Test
    void whatCannotBeMappedIsNoTrace() {
        Run run = sweep(Path.of("/dev/null"), "--bandwidth 8M");

        assertThat(run.exitCode).isEqualTo(1);
        assertThat(run.err.strip())
                .isEqualTo("/dev/null: is no regular file, and only one can be mapped; write the trace into one first");
    }

    @Test
    void badTraceIsRefusedInOneLineBeforeAnyFileIsMade() throws IOException {
        Path broken = directory.resolve("broken");
        Files.write(broken, List.of("no trace"));

        Run run = sweep(broken, "--bandwidth 8M -o " + jsonl);

        assertThat(run.exitCode).isEqualTo(1);
        assertThat(run.err.lines()).hasSize(1);
        assertThat(jsonl).doesNotExist();
    }

    @Test
    void reportIsMadeOfTheSameRowsAlsoOfThoseFromBefore() throws IOException {
        sweepTo(jsonl, "");
        Path report = directory.resolve("report.html");

        sweepTo(jsonl, " -o " + report);

        assertThat(Files.readString(report)).contains("Of 12 migrations ").contains("nova");
    }
}
