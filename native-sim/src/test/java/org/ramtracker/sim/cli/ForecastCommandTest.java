package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code forecast} over a trace of 32 MiB of RAM, a quarter of which is written to at random: 2 MiB/s at most. */
class ForecastCommandTest {
    @TempDir
    static Path directory;

    private static Path trace;
    private static Path free;

    private record Run(int exitCode, String out, String err) {}

    @BeforeAll
    static void makeTrace() throws IOException {
        trace = directory.resolve("trace");
        MadeTrace.write(trace, 8192, 25, 100);
        free = FreeMachine.calibration(directory.resolve("free"));
    }

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        ForecastCommand forecast = line.getSubcommands().get("forecast").getCommand();
        forecast.waitForFreePages(Duration.ZERO);
        int exitCode = line.execute(arguments);
        return new Run(exitCode, out.toString(), err.toString());
    }

    /** Whatever the user of this machine has measured must not count here. */
    private static Run forecast(String... arguments) {
        return run(Stream.concat(Stream.of("forecast", "--calibration", free.toString()), Stream.of(arguments))
                .toArray(String[]::new));
    }

    private static Run forecastTrace(String options) {
        return forecast((trace + " " + options).split(" "));
    }

    @Test
    void answerComesFirstAndItsReasonNext() {
        Run run = forecastTrace("--bandwidth 8M");

        assertThat(run.exitCode).as(run.err).isZero();
        assertThat(run.out.lines().findFirst().orElseThrow())
                .matches("converges: over in 4\\.\\d+ s with .* of downtime, .*");
        assertThat(run.out.lines().skip(1).findFirst().orElseThrow())
                .startsWith("why          after ")
                .contains("fits into 300 ms of downtime; the guest dirties ")
                .contains(" and the link carries 8.0 MiB/s");
    }

    /** Cloud Hypervisor takes the rate of the last pass for the link's, which the sockets' buffers had swallowed. */
    @Test
    void ruleThatErrsByItsOwnEstimateIsSaidTo() {
        Run run = forecastTrace("--bandwidth 8M --policy cloud-hypervisor --downtime-limit 30ms");

        assertThat(run.out.lines().skip(1).findFirst().orElseThrow())
                .contains(" the rule finds that the rest, ")
                .containsPattern(" fits into 30 ms, but \\d+ ms of downtime are expected; the guest dirties ");
    }

    @Test
    void guestThatDoesNotConvergeIsToldWithThePagesThatKeepItUp() {
        Run run = forecastTrace("--bandwidth 1M");

        assertThat(run.exitCode).as(run.err).isZero();
        assertThat(run.out).startsWith("does not converge: given up after ");
        assertThat(run.out).contains("the passes gain nothing any more").contains("kept up by");
        assertThat(run.out).contains("longer than the recording, which was played again from its beginning");
    }

    @Test
    void whatWasNotMeasuredWithinTheFirstPassIsNotSaid() {
        Run run = forecastTrace("--bandwidth 1K --horizon 2s");

        assertThat(run.exitCode).as(run.err).isZero();
        assertThat(run.out)
                .contains(" 1 pass, ")
                .contains("the first pass is not over; what the guest dirties is not known yet and what the link"
                        + " carries is not known yet")
                .doesNotContain("kept up by");
        assertThat(forecastTrace("--bandwidth 1K --horizon 2s --json").out).doesNotContain("working-set");
    }

    @Test
    void forecastOfAMachineThatWasNotMeasuredSaysSo() {
        assertThat(forecastTrace("--bandwidth 8M").out)
                .containsPattern(
                        "model .* a sync; nothing else costs time, as this machine was not measured: --calibrate measures it");
    }

    @Test
    void programsGetVerdictReasonAndTheNamesOfQueryMigrate() {
        JsonNode json = JsonMapper.shared().readTree(forecastTrace("--bandwidth 8M --json").out);

        assertThat(json.get("verdict").asString()).isEqualTo("converges");
        assertThat(json.get("reason").asString()).contains("the link carries");
        assertThat(json.get("status").asString()).isEqualTo("completed");
        assertThat(json.get("total-time").asLong()).isBetween(4000L, 5000L);
        assertThat(json.get("downtime").asLong()).isLessThan(450);
        assertThat(json.get("ram").get("total").asLong()).isEqualTo(8192 * 4096);
        assertThat(json.get("ram").get("dirty-sync-count").asLong()).isGreaterThan(2);
    }

    @Test
    void parametersOfAMigrationAreThoseOfAForecast() {
        JsonNode json = JsonMapper.shared()
                .readTree(forecastTrace("--bandwidth 1M --policy liguori --convergence-timeout 60s --json").out);

        assertThat(json.get("status").asString()).isEqualTo("completed");
        assertThat(json.get("events").size()).isGreaterThan(3);
    }

    @Test
    void whatWouldChangeItIsSaidWhenAsked() {
        Run run = forecastTrace("--bandwidth 1M --what-if --best-start --within 10m --at-most 12s");

        assertThat(run.exitCode).as(run.err).isZero();
        assertThat(run.out)
                .containsPattern(
                        "what if +a bandwidth of [12]\\.\\d MiB/s \\(--bandwidth \\d{7}\\) is the least that would do, with nothing to spare: over in .* with .* of downtime")
                .containsPattern(
                        "what if +a downtime limit of \\d\\.\\d+ s \\(--downtime-limit \\d+(ns|us|ms)\\) is the least that")
                .containsPattern("what if +a throttle of \\d\\d % from the start is the least that")
                .containsPattern("best start +it converges from none; the best of them is .* into the trace")
                .containsPattern("in time +--policy qemu --downtime-limit 12s: over in");
        JsonNode json = JsonMapper.shared()
                .readTree(forecastTrace("--bandwidth 1M --what-if --best-start --within 10m --json").out);
        assertThat(json.get("what-if").get("bandwidth").get("value").asLong()).isBetween(1L << 20, 3L << 20);
        assertThat(json.get("what-if").get("bandwidth").get("status").asString())
                .isEqualTo("completed");
        assertThat(json.has("best-start")).isTrue();
        assertThat(json.has("within")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"--bandwidth", "--downtime-limit"})
    void leastValueIsPrintedSoThatItCanBeAskedForAgain(String option) {
        String what = forecastTrace("--bandwidth 1M --what-if").out;
        Matcher least = Pattern.compile("\\((%s \\w+)\\).*: (over in .* s) with (.*) of downtime".formatted(option))
                .matcher(what);
        assertThat(least.find()).as(what).isTrue();

        String again = forecastTrace((option.equals("--bandwidth") ? "" : "--bandwidth 1M ") + least.group(1)).out;

        assertThat(again)
                .startsWith(
                        "marginal, but converges: %s with %s of downtime".formatted(least.group(2), least.group(3)));
    }

    @Test
    void leastValueThatNothingIsBelowIsNotCalledMarginal() {
        assertThat(forecastTrace("--bandwidth 8M --what-if").out)
                .contains("a throttle of 0 % from the start would do; it is the least that is tried: over in ");
    }

    @Test
    void pageHoldsTheAnswerAndItsCourse() throws IOException {
        Path page = directory.resolve("page.html");

        Run run = forecastTrace("--bandwidth 8M --report " + page);

        assertThat(run.exitCode).as(run.err).isZero();
        assertThat(page)
                .content()
                .contains(
                        "<p class=\"headline\">" + run.out.lines().findFirst().orElseThrow(), "\"switchover\":{\"t\":");
    }

    @Test
    void publishedPredictorAnswersToo() {
        assertThat(forecastTrace("--bandwidth 8M --model sampled").out).startsWith("converges: over in 4.");
        assertThat(forecastTrace("--bandwidth 1M --model sampled --json").out)
                .contains("\"verdict\":\"does-not-converge\"");
    }

    @Test
    void publishedPredictorGoesByTheNarrowerOfLinkAndLimit() {
        String narrow = forecastTrace("--bandwidth 8M --model sampled").out;

        assertThat(forecastTrace("--bandwidth 8M --link 1G --model sampled").out)
                .isEqualTo(narrow);
        assertThat(forecastTrace("--bandwidth 1G --link 8M --model sampled").out)
                .isEqualTo(narrow);
        assertThat(forecastTrace("--bandwidth 0 --link 8M --model sampled").out).isEqualTo(narrow);
    }

    @Test
    void migrationInWhoseSwitchoverTheHorizonComesIsNotSaidToHaveLeftTooMuch() {
        Run whole = forecastTrace("--bandwidth 8M --downtime-limit 3s --json");
        JsonNode json = JsonMapper.builder().build().readTree(whole.out);
        long within = json.get("total-time").asLong() - json.get("downtime").asLong() / 2;

        Run run = forecastTrace("--bandwidth 8M --downtime-limit 3s --horizon " + within + "ms");

        assertThat(run.out)
                .contains("the guest was stopped by then, but not yet at the destination")
                .doesNotContain("never less than")
                .doesNotContain("\ndowntime ");
    }

    @Test
    void limitThatNothingFitsIsBrokenByWhatIsOnItsWay() throws IOException {
        Path busy = directory.resolve("busy");
        MadeTrace.write(busy, 8192, 250, 100);

        assertThat(forecast(busy.toString(), "--bandwidth", "32M", "--downtime-limit", "0").out)
                .contains("what was on its way when nothing was left took longer than the 0 ms that are allowed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--bandwidth 0      | a bandwidth of zero means that nothing limits it: say what the link carries",
                "--link 0           | a bandwidth of zero: nothing would ever arrive; say what the link carries",
                "--start 6s         | --start is 6s, but ",
                "--horizon 0        | Invalid value for option '--horizon': duration '0' is zero",
                "--within 0         | Invalid value for option '--within': duration '0' is zero",
                "--at-most 1s       | --at-most is about --within: say also in which time, like --within 10m",
                "--bandwidth 0.0001 | Invalid value for option '--bandwidth': rate '0.0001' is less than one byte a second",
                "--model sampled --report x | --report means nothing to the sampled model",
                "--model sampled --what-if | --what-if means nothing to the sampled model",
                "--model sampled --policy nova | --policy means nothing to the sampled model",
                "--report x.txt     | --report x.txt: it is a page, so give it the ending .html",
                "--policy hope      | Invalid value for option '--policy': policy 'hope' is unknown",
            })
    void badOptionsAreRefusedInOneLine(String options, String complaint) {
        Run run = forecastTrace(options.strip());

        assertThat(run.exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(run.err).startsWith(complaint.strip());
        assertThat(run.err.lines()).hasSize(2);
    }

    @Test
    void fileThatIsNoTraceIsRefusedInOneLine() throws IOException {
        Path foreign = Files.writeString(directory.resolve("foreign"), "this is no trace of anything at all");
        Path empty = Files.writeString(directory.resolve("empty"), "");

        assertThat(forecast(foreign.toString(), "--bandwidth", "1M").err).contains("it is no dirty trace");
        assertThat(forecast(empty.toString(), "--bandwidth", "1M").err).contains("so it is no dirty trace");
        assertThat(forecast("--bandwidth", "1M").err).startsWith("Missing required parameter: 'TRACE'");
        assertThat(forecast(directory.resolve("nowhere").toString()).exitCode).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void calibrationThatWasNamedHasToBeThere() {
        Run run = run(
                "forecast",
                trace.toString(),
                "--calibration",
                directory.resolve("nosuch.json").toString());

        assertThat(run.exitCode).isEqualTo(ExitCode.FAILED);
        assertThat(run.err).contains("nosuch.json: no such file; 'ramtracker forecast --calibrate --calibration ");
    }

    @Test
    void damagedCalibrationIsNamed() throws IOException {
        Path damaged = Files.writeString(directory.resolve("damaged"), "{");

        Run run = run("forecast", trace.toString(), "--calibration", damaged.toString());

        assertThat(run.exitCode).isNotZero();
        assertThat(run.err)
                .contains("damaged: no calibration, or not one of this version; remove it, or measure again with");
    }

    @Test
    void calibrationIsKeptAndUsed() {
        String kept = directory.resolve("kept").toString();

        assertThat(run("forecast", "--calibrate", "--calibration", kept).exitCode)
                .isZero();

        Run run = run("forecast", trace.toString(), "--calibration", kept);
        assertThat(run.out).containsPattern("[1-9]\\d* ns a normal page, [1-9]\\d* ns a duplicate one, .* a sync\\R");
    }

    @Test
    void regretIsAgainstTheBestStopInHindsight() {
        Run run = forecastTrace("--bandwidth 1M --policy treutner --regret");

        assertThat(run.exitCode).as(run.err).isZero();
        assertThat(run.out)
                .containsPattern(
                        "regret       .* of downtime and .* of time lost: the best stop in hindsight was .* after the start");
        JsonNode json = JsonMapper.shared()
                .readTree(forecastTrace("--bandwidth 1M --policy treutner --regret --json").out)
                .get("regret");
        assertThat(json.get("downtime").asLong()).isNotNegative();
        assertThat(json.get("time-lost").asLong()).isNotNegative();
        assertThat(json.get("best-stop").asLong()).isPositive();
    }

    @Test
    void policyThatNeverStopsTheGuestHasNoRegretAndIsToldWhatItMissed() {
        assertThat(forecastTrace("--bandwidth 1M --regret").out)
                .contains("of downtime; the policy never stopped the guest");
    }

    @ParameterizedTest
    @CsvSource({"xen", "p.haul", "cloud-hypervisor", "nova", "vdsm", "kubevirt", "xen-classic"})
    void rulesOfOtherSystemsAreForecastToo(String policy) {
        Run run = forecastTrace("--bandwidth 1M --policy " + policy);
        assertThat(run.exitCode).as(run.err).isZero();
        assertThat(run.out).contains("why ");
    }
}
