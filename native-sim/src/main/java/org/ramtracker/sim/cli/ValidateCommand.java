package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.report.OutputPlace;
import org.ramtracker.sim.report.ValidationJson;
import org.ramtracker.sim.validate.ValidationRun.Migrated;
import org.ramtracker.sim.vmm.Calibration;
import org.ramtracker.sim.vmm.Endpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ramtracker validate}: holds forecasts against real migrations. */
@Command(
        name = "validate",
        description = "Record guests, forecast their migrations, migrate them, and say how good the forecasts were.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ValidateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many cases, about a quarter of a minute each (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the cases: the same seed has the same cases everywhere (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--first",
            paramLabel = "K",
            defaultValue = "0",
            description = "Which case to begin with (default: ${DEFAULT-VALUE}).")
    private int first;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "Runs before the first one that warm this process up and do not count (default: ${DEFAULT-VALUE}).")
    private int warmUps;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            split = ",",
            defaultValue = "threads",
            description =
                    "What makes the guests' writes: threads, native or kvm, or several in turns (default: ${DEFAULT-VALUE}).")
    private List<GuestEngine> engines;

    @Option(
            names = "--record",
            paramLabel = "TIME",
            defaultValue = "8s",
            converter = Quantities.Time.class,
            description = "How long to record each guest, in whole seconds (default: ${DEFAULT-VALUE}).")
    private long recordNanos;

    @Option(
            names = "--horizon",
            paramLabel = "TIME",
            defaultValue = "8s",
            converter = Quantities.PositiveTime.class,
            description = "When a migration is given up, in both worlds (default: ${DEFAULT-VALUE}).")
    private long horizonNanos;

    @Option(
            names = "--running-on",
            description =
                    "Migrate the very guest that was recorded, as it runs on, instead of the same guest booted again.")
    private boolean runningOn;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Also write all that is known of each run to this file, as one JSON object; that of an earlier validation is replaced.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        if (json != null) {
            OutputPlace.requireReplaceable(json, ValidationJson.BEGINNING, "validation");
        }
        Path directory = Files.createTempDirectory("ramtracker-validate");
        try (ReceiverProcess receiver = ReceiverProcess.ofManyGuests()) {
            return run(directory, (Endpoint.Tcp) receiver.endpoint());
        } finally {
            Files.delete(directory);
        }
    }

    private int run(Path directory, Endpoint.Tcp destination) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println("calibrating");
        out.flush();
        Calibration calibration = Calibration.measure(destination, Calibration.FREE_PAGES_GONE);
        return new ValidateRun(seed, engines, destination, calibration, directory, out)
                .run(
                        first,
                        runs,
                        warmUps,
                        Duration.ofNanos(recordNanos),
                        Duration.ofNanos(horizonNanos),
                        runningOn ? Migrated.RUNNING_ON : Migrated.BOOTED_AGAIN,
                        json);
    }

    private void check() {
        require(runs > 0 && first >= 0 && warmUps >= 0, "--runs needs 1 or more, --first and --warm-up 0 or more");
        require(
                recordNanos > 0 && recordNanos % TimeUnit.SECONDS.toNanos(1) == 0,
                "--record needs whole seconds, so that guests with a period of a second can be compared");
        require(!engines.contains(GuestEngine.REPLAY), "--engine replay has no pattern of its own");
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
