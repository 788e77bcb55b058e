package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ramtracker.forecast.LinkModel;
import org.ramtracker.forecast.MachineModel;
import org.ramtracker.forecast.Sweep;
import org.ramtracker.forecast.SweepCase;
import org.ramtracker.forecast.SweepRow;
import org.ramtracker.forecast.TraceIdentity;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.sim.report.SweepFormat;
import org.ramtracker.sim.report.SweepTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ramtracker sweep}: forecasts every combination of traces, policies, bandwidths and limits. */
@Command(
        name = "sweep",
        description = "Forecast every combination of traces, policies, bandwidths and downtime limits.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SweepCommand implements Callable<Integer> {
    private static final String ALL = "all";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TRACE", arity = "1..*", description = "What 'ramtracker record' wrote.")
    private List<Path> files;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            split = ",",
            defaultValue = ALL,
            description = "Policies, or all of them (default: ${DEFAULT-VALUE}).")
    private List<String> policies;

    @Option(
            names = "--bandwidth",
            paramLabel = "RATE",
            split = ",",
            defaultValue = "128M",
            converter = Quantities.Rate.class,
            description =
                    "Most that goes over the wire while the guest runs, like 1Gbit,10Gbit; the link carries no more "
                            + "either (default: ${DEFAULT-VALUE}).")
    private List<Long> bandwidths;

    @Option(
            names = "--downtime-limit",
            paramLabel = "TIME",
            split = ",",
            converter = Quantities.Time.class,
            description = "How long the guest may stand still, like 30ms,300ms (default: each policy's own).")
    private List<Long> limits = List.of();

    @Mixin
    private WorldOptions world;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of the moments within epochs, which no trace knows (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            defaultValue = "1/1",
            converter = Shard.Converter.class,
            description = "Only the I-th of N parts of the sweep, for N machines.")
    private Shard shard;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where the rows go, by its ending: .jsonl, .csv, or .html for a report; may be given several "
                    + "times. Rows that a .jsonl or .csv has already are not computed again.")
    private List<Path> outputs = List.of();

    @Option(names = "--threads", paramLabel = "N", description = "How many forecasts at once (default: all cores).")
    private @Nullable Integer threads;

    @Option(names = "--quiet", description = "Print no table at the end, and no progress.")
    private boolean quiet;

    @Option(names = "--json", description = "Print the rows as JSON lines instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        int threadCount = threadCount();
        try (SweepTraces traces = SweepTraces.open(files, spec.commandLine().getErr())) {
            forecast(ofShard(cases(traces, world.machine())), traces, threadCount);
        }
        return ExitCode.OK;
    }

    private void forecast(List<SweepCase> cases, SweepTraces traces, int threadCount)
            throws IOException, InterruptedException {
        try (SweepOutputs sinks = outputs()) {
            List<SweepCase> missing = sinks.missing(cases);
            try (SweepProgress progress = SweepProgress.of(missing.size(), quiet)) {
                Sweep.run(missing, traces::history, threadCount, row -> {
                    sinks.add(row);
                    progress.rowDone();
                });
            }
            show(sinks.finish(cases, traces::history), cases.size() - missing.size());
        }
    }

    private SweepOutputs outputs() throws IOException {
        try {
            return SweepOutputs.open(outputs);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private List<SweepCase> ofShard(List<SweepCase> all) {
        List<SweepCase> cases = shard.of(all);
        if (cases.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--shard %d/%d has nothing to do: cases of the sweep: %d"
                            .formatted(shard.number(), shard.count(), all.size()));
        }
        return cases;
    }

    private int threadCount() {
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (count < 1) {
            throw new ParameterException(spec.commandLine(), "--threads needs at least 1");
        }
        return count;
    }

    private List<SweepCase> cases(SweepTraces traces, MachineModel machine) {
        List<ConvergencePreset> presets = Usage.checked(spec, this::presets);
        List<LinkModel> links = Usage.checked(spec, this::links);
        limits.forEach(limit -> Usage.checked(
                spec, () -> presets.getFirst().parameters().with(MigrationParameter.DOWNTIME_LIMIT, limit)));
        List<SweepCase> cases = new ArrayList<>();
        for (TraceIdentity trace : traces.identities()) {
            long startNanos = Usage.checked(spec, () -> world.startNanosIn(trace.name(), traces.history(trace)));
            for (LinkModel link : links) {
                presets.forEach(preset -> limitsOf(preset)
                        .forEach(limit -> cases.add(new SweepCase(
                                trace, preset.name(), limit, link, machine, startNanos, world.horizonNanos(), seed))));
            }
        }
        return cases.stream().distinct().toList();
    }

    private List<LinkModel> links() {
        if (bandwidths.contains(0L)) {
            throw new IllegalArgumentException(
                    "--bandwidth 0 means that nothing limits it, and a sweep takes it for what the link carries as well: "
                            + "write a rate, like 10Gbit");
        }
        return bandwidths.stream().map(world::link).toList();
    }

    private List<ConvergencePreset> presets() {
        return policies.stream()
                .flatMap(name ->
                        name.equals(ALL) ? ConvergencePreset.all().stream() : Stream.of(ConvergencePreset.named(name)))
                .distinct()
                .toList();
    }

    private List<Long> limitsOf(ConvergencePreset preset) {
        return limits.isEmpty() ? List.of(preset.parameters().downtimeLimitNanos()) : limits;
    }

    private void show(List<SweepRow> rows, int resumed) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            rows.forEach(row -> out.println(SweepFormat.JSON_LINES.line(row)));
        } else if (!quiet) {
            SweepTable.of(rows).forEach(out::println);
            out.println("%d %s, %d of them from before"
                    .formatted(rows.size(), rows.size() == 1 ? "forecast" : "forecasts", resumed));
        }
        out.flush();
    }
}
