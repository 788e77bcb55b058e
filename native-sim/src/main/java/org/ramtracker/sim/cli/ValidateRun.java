package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.report.ValidationJson;
import org.ramtracker.sim.report.ValidationText;
import org.ramtracker.sim.validate.Accuracy;
import org.ramtracker.sim.validate.ValidationCase;
import org.ramtracker.sim.validate.ValidationResult;
import org.ramtracker.sim.validate.ValidationRun;
import org.ramtracker.sim.validate.ValidationRun.Migrated;
import org.ramtracker.sim.vmm.Calibration;
import org.ramtracker.sim.vmm.Endpoint;
import org.ramtracker.sim.vmm.Failures;

/** One run of {@code ramtracker validate}: case after case, whatever becomes of each, and what they come to. */
final class ValidateRun {
    private final long seed;
    private final List<GuestEngine> engines;
    private final Endpoint.Tcp destination;
    private final Calibration calibration;
    private final Path directory;
    private final PrintWriter out;
    private final List<ValidationResult> results = new ArrayList<>();
    private final Map<Integer, String> failures = new LinkedHashMap<>();

    ValidateRun(
            long seed,
            List<GuestEngine> engines,
            Endpoint.Tcp destination,
            Calibration calibration,
            Path directory,
            PrintWriter out) {
        this.seed = seed;
        this.engines = List.copyOf(engines);
        this.destination = destination;
        this.calibration = calibration;
        this.directory = directory;
        this.out = out;
    }

    /** Runs the cases and returns the exit code. */
    int run(
            int first,
            int runs,
            int warmUps,
            Duration recordFor,
            Duration horizon,
            Migrated migrated,
            @Nullable Path json)
            throws IOException, InterruptedException {
        ValidationRun run = new ValidationRun(destination, calibration, directory, recordFor, horizon, migrated);
        out.println(
                "this machine  %.1f ms a switchover, %d MiB/s while the guest stands still, %.0f ns a normal page, %.0f ns a new one"
                        .formatted(
                                calibration.switchoverNanos() / 1e6,
                                calibration.restBytesPerSecond() >> 20,
                                calibration.normalPageNanos(),
                                calibration.populatedPageNanos()));
        ValidationText.heading().forEach(out::println);
        for (int number = 0; number < warmUps; number++) {
            show(" (warm-up)", run.run(ValidationCase.of(seed, first + number, engines)));
        }
        for (int number = first; number < first + runs; number++) {
            runOne(run, ValidationCase.of(seed, number, engines));
        }
        return report(json);
    }

    private void runOne(ValidationRun run, ValidationCase of) throws InterruptedException {
        try {
            ValidationResult result = run.run(of);
            results.add(result);
            show("", result);
        } catch (IOException | UncheckedIOException e) {
            failures.put(of.number(), Failures.reason(e));
            out.println("%4d  failed: %s: %s".formatted(of.number(), Failures.reason(e), ValidationText.of(of)));
            out.flush();
        }
    }

    private void show(String note, ValidationResult result) {
        out.println(ValidationText.line(result) + note);
        out.flush();
    }

    private int report(@Nullable Path json) throws IOException {
        Accuracy accuracy = new Accuracy(results);
        ValidationText.summary(accuracy).forEach(out::println);
        if (!failures.isEmpty()) {
            out.println("failed       %d runs: cases %s".formatted(failures.size(), failures.keySet()));
        }
        out.flush();
        if (json != null) {
            Files.writeString(json, ValidationJson.of(seed, calibration, accuracy, failures) + "\n");
        }
        return failures.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
