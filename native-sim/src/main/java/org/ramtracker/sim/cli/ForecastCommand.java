package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ramtracker.forecast.DirtyHistory;
import org.ramtracker.forecast.DistinctPages;
import org.ramtracker.forecast.Forecast;
import org.ramtracker.forecast.ForecastRequest;
import org.ramtracker.forecast.Forecaster;
import org.ramtracker.forecast.LinkModel;
import org.ramtracker.forecast.MachineModel;
import org.ramtracker.forecast.Regret;
import org.ramtracker.forecast.SampledPredictor;
import org.ramtracker.forecast.WhatIf;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.sim.report.ForecastJson;
import org.ramtracker.sim.report.ForecastText;
import org.ramtracker.sim.report.WhatIfAnswers;
import org.ramtracker.sim.report.html.ForecastReport;
import org.ramtracker.sim.vmm.Calibration;
import org.ramtracker.trace.DirtyTrace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ramtracker forecast}: says what would become of a migration, without moving a byte. */
@Command(
        name = "forecast",
        description = "Say whether a guest that was recorded would converge, when, at what downtime, and why.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ForecastCommand implements Callable<Integer> {
    /** How the question is answered. */
    enum Model {
        REPLAY,
        SAMPLED
    }

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long AT_MOST_NANOS = 300 * NANOS_PER_MILLI;

    /** All that the sampled model knows of; a calibration is for other forecasts. */
    private static final Set<String> OPTIONS_OF_SAMPLED =
            Set.of("--model", "--bandwidth", "--link", "--downtime-limit", "--json", "--calibrate", "--calibration");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TRACE", arity = "0..1", description = "What 'ramtracker record' wrote.")
    private @Nullable Path file;

    @Mixin
    private ConvergenceOptions convergence;

    @Option(
            names = "--link",
            paramLabel = "RATE",
            converter = Quantities.Rate.class,
            description = "What the link itself carries, also at the switchover (default: --bandwidth).")
    private @Nullable Long linkBytesPerSecond;

    @Mixin
    private WorldOptions world;

    @Option(
            names = "--calibrate",
            description =
                    "First measure what a migration costs this machine, and keep the figures for later forecasts.")
    private boolean calibrate;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "replay",
            description = "replay: the real engine over the trace; sampled: the published predictor, which knows "
                    + "distinct dirty pages, one bandwidth and the downtime limit, and takes no other option but --json "
                    + "(default: ${DEFAULT-VALUE}).")
    private Model model;

    @Option(
            names = "--what-if",
            description = "Also say the least bandwidth, downtime limit and throttle that would converge.")
    private boolean whatIf;

    @Option(
            names = "--regret",
            description = "Also say what the policy lost against the best stop in hindsight: downtime and time.")
    private boolean regret;

    @Option(names = "--best-start", description = "Also say which moment of the trace is the best one to begin.")
    private boolean bestStart;

    @Option(
            names = "--within",
            paramLabel = "TIME",
            converter = Quantities.PositiveTime.class,
            description = "Also say which policies end within this time; with --at-most.")
    private @Nullable Long withinNanos;

    @Option(
            names = "--at-most",
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            description = "The longest downtime for --within (default: 300ms).")
    private @Nullable Long atMostNanos;

    @Option(
            names = "--json",
            description = "Print one JSON object with QMP query-migrate's names, 'verdict' and 'reason'.")
    private boolean json;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Also draw the trace and the migration's course as a page to look at; a file is replaced.")
    private @Nullable Path report;

    private Duration freePagesGone = Calibration.FREE_PAGES_GONE;

    /** For tests, which have no use for good figures: how long a calibration waits before each time that it populates memory. */
    void waitForFreePages(Duration duration) {
        freePagesGone = duration;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (atMostNanos != null && withinNanos == null) {
            throw new ParameterException(
                    spec.commandLine(), "--at-most is about --within: say also in which time, like --within 10m");
        }
        requireModelKnowsOptions();
        MachineModel machine = machine();
        if (file == null) {
            if (calibrate) {
                return ExitCode.OK;
            }
            throw new ParameterException(spec.commandLine(), "Missing required parameter: 'TRACE'");
        }
        requireUsableReport();
        MigrationParameters parameters = Usage.checked(spec, convergence::parameters);
        LinkModel link = Usage.checked(spec, () -> world.link(linkRate(parameters)));
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            TraceNotes.warnIfNotEnded(trace, spec.commandLine().getErr());
            print(trace, parameters, link, machine);
        }
        return ExitCode.OK;
    }

    private void requireUsableReport() throws IOException {
        if (report != null) {
            if (!String.valueOf(report.getFileName()).endsWith(".html")) {
                throw new ParameterException(
                        spec.commandLine(), "--report %s: it is a page, so give it the ending .html".formatted(report));
            }
            ForecastReport.requireUsable(report);
        }
    }

    /** An option without effect would look like an answer. */
    private void requireModelKnowsOptions() {
        if (model == Model.SAMPLED) {
            spec.options().stream()
                    .filter(spec.commandLine().getParseResult()::hasMatchedOption)
                    .map(OptionSpec::longestName)
                    .filter(name -> !OPTIONS_OF_SAMPLED.contains(name))
                    .findFirst()
                    .ifPresent(this::refuseForSampled);
        }
    }

    private void refuseForSampled(String option) {
        throw new ParameterException(
                spec.commandLine(),
                "%s means nothing to the sampled model, which knows a bandwidth and a downtime limit only: leave one out"
                        .formatted(option));
    }

    private MachineModel machine() throws IOException, InterruptedException {
        if (calibrate) {
            Path kept = world.calibrationFile();
            Calibration measured = measure();
            measured.store(kept);
            spec.commandLine()
                    .getErr()
                    .println(
                            "calibrated: %d MiB/s over the loopback interface, %.0f ns a normal page, %.0f ns a zero page; kept in %s"
                                    .formatted(
                                            measured.loopbackBytesPerSecond() >> 20,
                                            measured.normalPageNanos(),
                                            measured.duplicatePageNanos(),
                                            kept));
            return measured.machine();
        }
        return world.machine();
    }

    private Calibration measure() throws IOException, InterruptedException {
        try (ReceiverProcess receiver = ReceiverProcess.ofManyGuests()) {
            return Calibration.measure(receiver.endpoint(), freePagesGone);
        }
    }

    private long linkRate(MigrationParameters parameters) {
        if (linkBytesPerSecond == null && parameters.maxBandwidthBytesPerSecond() == 0) {
            throw new IllegalArgumentException(
                    "a bandwidth of zero means that nothing limits it: say what the link carries, like --link 10Gbit");
        }
        return Optional.ofNullable(linkBytesPerSecond).orElse(parameters.maxBandwidthBytesPerSecond());
    }

    private void print(DirtyTrace trace, MigrationParameters parameters, LinkModel link, MachineModel machine)
            throws IOException {
        DirtyHistory history = DirtyHistory.of(trace);
        if (model == Model.SAMPLED) {
            printSampled(history, parameters, link);
            return;
        }
        Forecast forecast = Forecaster.forecast(Usage.checked(
                spec,
                () -> new ForecastRequest(
                        history,
                        convergence.preset().policy(),
                        parameters,
                        link,
                        machine.forGuestOf(history),
                        world.startNanosIn(String.valueOf(trace.file()), history),
                        1,
                        world.horizonNanos(),
                        false,
                        0)));
        WhatIfAnswers answers = answers(forecast);
        List<String> text = ForecastText.of(forecast, answers);
        if (report != null) {
            String name = String.valueOf(trace.file().getFileName());
            ForecastReport.write(report, name, convergence.preset().name(), forecast, text);
        }
        show(json ? List.of(ForecastJson.of(forecast, answers)) : text);
    }

    private WhatIfAnswers answers(Forecast forecast) {
        ForecastRequest request = forecast.request();
        return new WhatIfAnswers(
                whatIf ? WhatIfAnswers.leastOf(request) : List.of(),
                Optional.ofNullable(withinNanos)
                        .map(nanos -> WhatIf.within(
                                request, nanos, Optional.ofNullable(atMostNanos).orElse(AT_MOST_NANOS))),
                bestStart ? Optional.of(WhatIf.bestStart(request)) : Optional.empty(),
                regret ? Optional.of(Regret.of(request, forecast.course())) : Optional.empty());
    }

    private void printSampled(DirtyHistory history, MigrationParameters parameters, LinkModel link) {
        DistinctPages curve = Usage.checked(spec, () -> DistinctPages.of(history));
        long limit = parameters.maxBandwidthBytesPerSecond();
        long bytesPerSecond = limit == 0 ? link.bytesPerSecond() : Math.min(limit, link.bytesPerSecond());
        SampledPredictor.Prediction prediction = new SampledPredictor(curve)
                .predict((double) bytesPerSecond, parameters.downtimeLimitNanos() / (double) NANOS_PER_MILLI);
        show(json ? List.of(ForecastJson.of(prediction)) : ForecastText.of(prediction));
    }

    private void show(List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
    }
}
