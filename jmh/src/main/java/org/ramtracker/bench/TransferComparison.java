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
 * Compares whole migrations, each between two fresh processes, with their limits: a copy of as many bytes over as many connections
 * between two C processes, and a plain read of as much memory, each the fastest of three. The copy is made with the congestion control
 * that this machine gives every socket, and with the one that a migration within the machine chooses. All of them in turns, so that what
 * else the machine does meets all alike. The limit of mixed memory is the time of its parts: of as many pages that travel whole, and
 * as many that do not, as the migrations of random and of zero memory took for them.
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
    private static final String RENO_COPY = "socket copy, reno";
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

    /** Of the pages of mixed memory; the same in each round. */
    private double wholeShare;

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
        Process cc = new ProcessBuilder(
                        "cc", "-O3", "-march=native", "-pthread", "-x", "c", "-o", program.toString(), "-")
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
        String connections = Integer.toString(Math.max(1, channels));
        Process limits = new ProcessBuilder(program.toString(), Integer.toString(mebibytes), connections).start();
        Scanner figures = new Scanner(outputOf(limits, "socket-copy")).useLocale(Locale.ROOT);
        note(seconds, COPY, round, figures.nextDouble());
        note(seconds, RENO_COPY, round, figures.nextDouble());
        note(seconds, READ, round, figures.nextDouble());
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
        JsonNode ram = json.path("ram");
        double whole = ram.path("normal").asDouble();
        wholeShare = whole / (whole + ram.path("duplicate").asDouble()); // FILLS end with mixed
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
        System.out.println(
                "| | median | best | worst | limit | of its median | of its best | goal | downtime, median | worst |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        printLine(COPY, "", 0, 0, "");
        printLine(RENO_COPY, "", 0, 0, "");
        printLine(READ, "", 0, 0, "");
        printLine("random", COPY, median(COPY), best(COPY), "0.85");
        printLine("random", RENO_COPY, median(RENO_COPY), best(RENO_COPY), "");
        printLine("zero", READ, median(READ), best(READ), "0.8");
        printLine(
                "mixed",
                "its parts",
                parts(median("random"), median("zero")),
                parts(best("random"), best("zero")),
                "1");
    }

    private double parts(double random, double zero) {
        return wholeShare * random + (1 - wholeShare) * zero;
    }

    private double[] secondsOf(String what) {
        return Objects.requireNonNull(seconds.get(what), what);
    }

    private double median(String what) {
        double[] sorted = secondsOf(what).clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private double best(String what) {
        return Arrays.stream(secondsOf(what)).min().orElseThrow();
    }

    private void printLine(String what, String limit, double medianLimit, double bestLimit, String goal) {
        System.out.printf(
                "| %s | %.3f | %.3f | %.3f | %s | %s | %s | %s | %s |%n",
                what,
                median(what),
                best(what),
                Arrays.stream(secondsOf(what)).max().orElseThrow(),
                limit,
                ratio(medianLimit, median(what)),
                ratio(bestLimit, best(what)),
                goal,
                downtime(what));
    }

    private static String ratio(double limitSeconds, double actualSeconds) {
        return limitSeconds == 0 ? "" : "%.2f".formatted(limitSeconds / actualSeconds);
    }

    private String downtime(String what) {
        double[] all = downtimes.getOrDefault(what, new double[0]).clone();
        Arrays.sort(all);
        return all.length == 0 ? "|" : "%.3f | %.3f".formatted(all[all.length / 2], all[all.length - 1]);
    }
}
