package org.ramtracker.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether migrations keep their downtime limit: lets {@code ramtracker migrate} move guest after guest, and shows how the downtime
 * that was expected at the switchover and the one that came of it are distributed. A migration that is not verified ends the study.
 *
 * <p>Two processes take 20 s to start and to warm up, and a migration a second or two. So a pair moves several guests, each of them
 * booted when the one before it has been verified, and learns nothing from one for the next; the first of each pair is a fresh
 * process's. {@code --per-pair 1} makes all of them so, and lets them run beside the preparation.
 *
 * <pre>
 *   ramtracker bench --downtime --runs 100 -- --guest hotset --downtime-limit 30ms ...
 * </pre>
 */
@Command(
        name = "ramtracker bench --downtime",
        description = "Migrate many times, and compare expected and actual downtimes.",
        mixinStandardHelpOptions = true)
final class DowntimeStudy implements Callable<Integer> {
    private static final double SHARE_WANTED = 0.95;
    private static final long MICROS_PER_MILLI = 1000;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @Spec
    private CommandSpec spec;

    @Option(names = "--runs", defaultValue = "100", description = "How many migrations (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--per-pair",
            defaultValue = "20",
            description =
                    "How many guests a pair of processes moves, one after the other; 1 for fresh processes each time "
                            + "(default: ${DEFAULT-VALUE}).")
    private int perPair;

    @Parameters(paramLabel = "OPTION", description = "Options of 'ramtracker migrate', behind a --.")
    private List<String> options = new ArrayList<>();

    private final DowntimeFigures figures = new DowntimeFigures();
    private final UnaryOperator<List<String>> program;

    /**
     * A study.
     *
     * @param program makes a process's command line of what {@code ramtracker} is to do
     */
    DowntimeStudy(UnaryOperator<List<String>> program) {
        this.program = program;
    }

    /** 0 if 95 of 100 migrations kept their limit. */
    @Override
    public Integer call() throws IOException, InterruptedException {
        if (runs < 1 || perPair < 1) {
            throw new ParameterException(spec.commandLine(), "--runs and --per-pair need 1 or more");
        }
        for (int done = 0; done < runs; done += perPair) {
            migrate(done, Math.min(perPair, runs - done));
        }
        figures.print(System.out);
        return figures.withinLimit() >= SHARE_WANTED ? 0 : 1;
    }

    /**
     * Counts the migrations of a pair of processes as they come, each verified. However this ends, the source's process is ended, and with it
     * its receiver, whose standard input it holds.
     *
     * @throws IOException if one was not verified, for whatever reason, or fewer came than were asked for
     */
    private void migrate(int done, int guests) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(guests))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            follow(process, done, guests);
        } finally {
            process.destroy();
        }
    }

    private void follow(Process process, int done, int guests) throws IOException, InterruptedException {
        int run = done;
        try (BufferedReader reports = process.inputReader()) {
            for (String report = reports.readLine(); report != null; report = reports.readLine()) {
                run++;
                count(run, run == done + 1, MAPPER.readTree(report));
            }
        }
        int exitCode = process.waitFor();
        if (exitCode != 0 || run != done + guests) {
            throw new IOException(
                    "after %d of %d guests a pair ended with exit code %d".formatted(run - done, guests, exitCode));
        }
    }

    private void count(int run, boolean isFirst, JsonNode report) throws IOException {
        if (!report.path("verified").asBoolean(false)) {
            throw new IOException(
                    "guest %d was not verified, so its downtime does not count (with --no-compare none is): %s"
                            .formatted(run, report));
        }
        JsonNode switchover = report.path("switchover");
        long expectedMicros = switchover.path("expected-downtime-us").asLong();
        long actualMicros = switchover.path("downtime-us").asLong();
        figures.add(
                expectedMicros, actualMicros, switchover.path("downtime-limit").asLong() * MICROS_PER_MILLI);
        System.out.printf(
                "%d: expected %d us, actual %d us%s%n",
                run, expectedMicros, actualMicros, isFirst ? ", first of its pair" : "");
    }

    private List<String> command(int guests) {
        List<String> arguments = new ArrayList<>(List.of("migrate", "--json", "--guests", Integer.toString(guests)));
        arguments.addAll(options);
        return program.apply(arguments);
    }
}
