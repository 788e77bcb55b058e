package org.ramtracker.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Scanner;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares whole migrations, each between two fresh processes, with their limits: a copy of as many bytes over a socket between two
 * C processes, and a plain read of as much memory. All of them in turns, so that what else the machine does meets all alike.
 *
 * <pre>
 *   ramtracker bench --transfer [ROUNDS [MIB [CHANNELS]]]
 * </pre>
 *
 * <p>Every migration is verified at its destination after the clock has stopped; one that is not equal ends the comparison. Needs
 * a C compiler ({@code cc}).
 */
@Command(
        name = "ramtracker bench --transfer",
        description = "Compare whole migrations with a socket copy and a plain read.",
        mixinStandardHelpOptions = true)
final class TransferComparison implements Callable<Integer> {
    private static final String COPY = "socket copy";
    private static final String READ = "plain read";
    private static final List<String> FILLS = List.of("random", "zero", "mixed");
    private static final long MINUTES_MAX = 3;

    @Parameters(index = "0", paramLabel = "ROUNDS", defaultValue = "5", description = "How often (${DEFAULT-VALUE}).")
    private int rounds;

    @Parameters(index = "1", paramLabel = "MIB", defaultValue = "2048", description = "RAM (${DEFAULT-VALUE}).")
    private int mebibytes;

    @Parameters(
            index = "2",
            paramLabel = "CHANNELS",
            defaultValue = "2",
            description = "Page channels (${DEFAULT-VALUE}).")
    private int channels;

    private final Map<String, double[]> seconds = new TreeMap<>();
    private final Map<String, double[]> downtimes = new TreeMap<>();

    /** A program that cannot be compiled or run, or a destination that differs from its source, ends it. */
    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("ramtracker-comparison");
        Path limits = directory.resolve("socket-copy");
        try {
            compile(limits);
            for (int round = 0; round < rounds; round++) {
                measureLimits(limits, round);
                for (String fill : FILLS) {
                    migrate(fill, round);
                }
            }
        } finally {
            Files.deleteIfExists(limits);
            Files.deleteIfExists(directory);
        }
        print();
        return 0;
    }

    private static void compile(Path program) throws IOException, InterruptedException {
        Process cc = new ProcessBuilder("cc", "-O3", "-march=native", "-x", "c", "-o", program.toString(), "-")
                .redirectErrorStream(true)
                .start();
        try (InputStream source = TransferComparison.class.getResourceAsStream("socket-copy.c");
                var sink = cc.getOutputStream()) {
            if (source == null) {
                throw new IOException("socket-copy.c is not in the JAR");
            }
            source.transferTo(sink);
        }
        outputOf(cc, "cc");
    }

    private void measureLimits(Path program, int round) throws IOException, InterruptedException {
        Process limits = new ProcessBuilder(program.toString(), Integer.toString(mebibytes)).start();
        Scanner both = new Scanner(outputOf(limits, "socket-copy")).useLocale(Locale.ROOT);
        note(seconds, COPY, round, both.nextDouble());
        note(seconds, READ, round, both.nextDouble());
    }

    private void migrate(String fill, int round) throws IOException, InterruptedException {
        Process migration = new ProcessBuilder(command(fill))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        JsonNode json = JsonMapper.shared().readTree(outputOf(migration, "migrate --fill " + fill));
        if (!json.path("verified").asBoolean(false)) {
            throw new IOException("the destination was not verified: " + json);
        }
        note(seconds, fill, round, json.path("total-time").asDouble() / 1e3);
        note(downtimes, fill, round, json.path("downtime").asDouble() / 1e3);
    }

    private List<String> command(String fill) {
        List<String> arguments = new ArrayList<>(
                List.of("migrate", "--guest", "idle", "--ram", mebibytes + "M", "--fill", fill, "--bandwidth", "0"));
        arguments.addAll(List.of("--channels", Integer.toString(channels)));
        arguments.addAll(List.of("--run-for", "0s", "--progress", "none", "--json"));
        return Program.command(arguments);
    }

    private static String outputOf(Process process, String name) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(name + " failed: " + output);
        }
        return output;
    }

    private void note(Map<String, double[]> figures, String what, int round, double value) {
        figures.computeIfAbsent(what, ignored -> new double[rounds])[round] = value;
    }

    private void print() {
        System.out.printf("%d MiB, %d channels, %d rounds in turns; seconds%n", mebibytes, channels, rounds);
        System.out.println("| | median | best | worst | limit | limit / median | goal | downtime, median |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        double copy = median(COPY);
        double read = median(READ);
        printLine(COPY, "", 0, "");
        printLine(READ, "", 0, "");
        printLine("random", COPY, copy, "0.85");
        printLine("zero", READ, read, "0.8");
        printLine("mixed", "its parts", (median("random") + median("zero")) / 2, "1");
    }

    private double[] secondsOf(String what) {
        return Objects.requireNonNull(seconds.get(what), what);
    }

    private double median(String what) {
        double[] sorted = secondsOf(what).clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private void printLine(String what, String limit, double limitSeconds, String goal) {
        double[] all = secondsOf(what);
        System.out.printf(
                "| %s | %.3f | %.3f | %.3f | %s | %s | %s | %s |%n",
                what,
                median(what),
                Arrays.stream(all).min().orElseThrow(),
                Arrays.stream(all).max().orElseThrow(),
                limit,
                limitSeconds == 0 ? "" : "%.2f".formatted(limitSeconds / median(what)),
                goal,
                downtime(what));
    }

    private String downtime(String what) {
        double[] all = downtimes.getOrDefault(what, new double[0]).clone();
        Arrays.sort(all);
        return all.length == 0 ? "" : "%.3f".formatted(all[all.length / 2]);
    }
}
