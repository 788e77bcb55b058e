package org.ramtracker.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.ramtracker.sim.report.html.BenchmarkReport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** JMH's command line, with a profile, limits beside the results, and a page of them. */
@Command(
        name = "ramtracker bench",
        customSynopsis =
                "ramtracker bench [--quick | --full] [--report FILE.html] [--json FILE] [JMH OPTION...] [PATTERN...]%n"
                        + "       ramtracker bench --gate%n"
                        + "       ramtracker bench --transfer [ROUNDS [MIB [CHANNELS]]]%n"
                        + "       ramtracker bench --downtime [--runs N] [--per-pair N] -- [OPTION of migrate...]",
        description = {
            "Run the benchmarks, and compare each with its limit in the same run.",
            "All other options are JMH's: -l lists the benchmarks, -h lists JMH's options."
        },
        sortOptions = false)
public final class BenchMain implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    /** C baselines are methods whose name is a c and then a word of its own. */
    private static final String C_BASELINES = "\\.c[A-Z]\\w*$";

    /** Whoever does not want to measure but to ask. */
    private static final List<String> QUESTIONS = List.of("-h", "-l", "-lp", "-lprof", "-lrf");

    @Option(names = "--quick", description = "One short fork of each suite with few parameters: under 5 minutes.")
    private boolean quick;

    @Option(
            names = "--full",
            description =
                    "All suites with all parameters, which is the default too: about half an hour. With a PATTERN,"
                            + " those that match.")
    private boolean full;

    @Option(names = "--report", paramLabel = "FILE.html", description = "Draw the results: bars, error ranges, ratios.")
    private @Nullable Path report;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JMH's JSON.")
    private @Nullable Path json;

    @Option(names = "--gate", description = "Compare base and subject in turns for seconds, and fail below a floor.")
    private boolean gate;

    @Option(names = "--help", usageHelp = true, description = "Say this.")
    @SuppressWarnings("unused") // picocli looks at it
    private boolean help;

    private final FailedForks forks = new FailedForks();

    @Unmatched
    private final List<String> forJmh = new ArrayList<>();

    private BenchMain() {}

    /** Runs what the command line says, and exits: 0 if all was done, 1 if something failed, 2 if it was not understood. */
    public static void main(String[] args) {
        Callable<Integer> study = study(args.length == 0 ? "" : args[0]);
        List<String> rest = List.of(args).subList(study instanceof BenchMain ? 0 : 1, args.length);
        System.exit(new CommandLine(study)
                .setExecutionExceptionHandler((e, commandLine, parsed) -> explain(e))
                .execute(rest.toArray(String[]::new)));
    }

    /** Whole migrations are too long for JMH, and run in processes of their own. */
    private static Callable<Integer> study(String first) {
        return switch (first) {
            case "--transfer" -> new TransferComparison();
            case "--downtime" -> new DowntimeStudy(Program::command);
            default -> new BenchMain();
        };
    }

    private static int explain(Exception e) {
        System.err.println("ramtracker bench: " + why(e));
        return e instanceof CommandLineOptionException || e instanceof PatternSyntaxException ? USAGE : FAILED;
    }

    private static @Nullable String why(Exception e) {
        return switch (e) {
            case NoBenchmarksException none -> "no benchmark matches; -l lists them";
            case PatternSyntaxException bad -> bad.getPattern() + " is no regular expression: " + bad.getDescription();
            default -> e.getMessage();
        };
    }

    @Override
    public Integer call() throws Exception {
        if (gate) {
            return RatioGate.run(System.out) ? 0 : FAILED;
        }
        if (quick && full) {
            System.err.println("ramtracker bench: --quick and --full exclude each other");
            return USAGE;
        }
        if (forJmh.stream().anyMatch(QUESTIONS::contains)) {
            org.openjdk.jmh.Main.main(forJmh.toArray(String[]::new));
            return 0;
        }
        requireUsable();
        Collection<RunResult> results = measure();
        if (results.isEmpty()) {
            System.err.println("ramtracker bench: nothing could be measured; the failures are " + forks.place());
            return FAILED;
        }
        save(results);
        if (forks.count() > 0) {
            System.err.printf(
                    "ramtracker bench: %d without a result; the failures are %s%n", forks.count(), forks.place());
            return FAILED;
        }
        return 0;
    }

    /** Before half an hour of measuring. */
    private void requireUsable() throws IOException {
        if (report != null) {
            BenchmarkReport.requireUsable(report);
        }
        if (json != null && (Files.isDirectory(json) || !Files.isWritable(directoryOf(json)))) {
            throw new IOException("%s: cannot be written; name a file in a directory that can".formatted(json));
        }
    }

    private static Path directoryOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private Collection<RunResult> measure() throws CommandLineOptionException, IOException, RunnerException {
        CommandLineOptions given = new CommandLineOptions(forJmh.toArray(String[]::new));
        ChainedOptionsBuilder options = new OptionsBuilder().parent(given);
        if (quick && given.getIncludes().isEmpty()) {
            QuickProfile.include(options);
        }
        if (quick) {
            QuickProfile.apply(options, given);
        }
        if (CKernels.compiler().isEmpty()) {
            System.out.println("# no C compiler (gcc, clang or cc) on the PATH: the baselines in C are left out");
            options.exclude(C_BASELINES);
        }
        Options all = options.build();
        GivenParameters.check(forJmh, all);
        return forks.watch(all);
    }

    private void save(Collection<RunResult> results) throws IOException {
        Comparison comparison = new Comparison(results);
        comparison.print(System.out);
        if (json != null) {
            writeJson(json, results);
        }
        if (report != null) {
            BenchmarkReport.write(report, Machine.description(), comparison.forReport());
        }
    }

    private static void writeJson(Path file, Collection<RunResult> results) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        Path complete = file.resolveSibling(
                file.getFileName() + ".partial-" + ProcessHandle.current().pid());
        Files.write(complete, bytes.toByteArray());
        Files.move(complete, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
