package org.ramtracker.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether migrations keep their downtime limit: runs {@code ramtracker migrate} again and again, two fresh processes each time,
 * and shows how the downtime that was expected at the switchover and the one that came of it are distributed. A migration that
 * is not verified ends the study.
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

    @Option(names = "--runs", defaultValue = "100", description = "How many migrations (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Parameters(paramLabel = "OPTION", description = "Options of 'ramtracker migrate', behind a --.")
    private List<String> options = new ArrayList<>();

    private final DowntimeFigures figures = new DowntimeFigures();

    /** 0 if 95 of 100 migrations kept their limit. */
    @Override
    public Integer call() throws IOException, InterruptedException {
        for (int run = 1; run <= runs; run++) {
            JsonNode switchover = migrate().path("switchover");
            long expectedMicros = switchover.path("expected-downtime-us").asLong();
            long actualMicros = switchover.path("downtime-us").asLong();
            figures.add(
                    expectedMicros,
                    actualMicros,
                    switchover.path("downtime-limit").asLong() * MICROS_PER_MILLI);
            System.out.printf("%d: expected %d us, actual %d us%n", run, expectedMicros, actualMicros);
        }
        figures.print(System.out);
        return figures.withinLimit() >= SHARE_WANTED ? 0 : 1;
    }

    /** The report of a migration that was verified. */
    private JsonNode migrate() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        if (exitCode != 0) {
            throw new IOException("a migration ended with exit code %d: %s".formatted(exitCode, report.strip()));
        }
        return MAPPER.readTree(report);
    }

    private List<String> command() {
        List<String> arguments = new ArrayList<>(List.of("migrate", "--json"));
        arguments.addAll(options);
        return Program.command(arguments);
    }
}
