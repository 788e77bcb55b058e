package org.ramtracker.sim.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ramtracker.forecast.DirtyHistory;
import org.ramtracker.forecast.LinkModel;
import org.ramtracker.forecast.MachineModel;
import org.ramtracker.sim.report.Figures;
import org.ramtracker.sim.vmm.Calibration;
import picocli.CommandLine.Option;

/** The options that say in what world migrations are forecast: link, machine, when they begin and when they are given up. */
final class WorldOptions {
    @Option(
            names = "--latency",
            paramLabel = "TIME",
            defaultValue = "100us",
            converter = Quantities.Time.class,
            description = "From one end of the link to the other (default: ${DEFAULT-VALUE}).")
    private long latencyNanos;

    @Option(
            names = "--link-buffer",
            paramLabel = "SIZE",
            defaultValue = "4M",
            converter = Quantities.Size.class,
            description = "What the sockets hold on the way (default: ${DEFAULT-VALUE}).")
    private long bufferBytes;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            defaultValue = "0",
            converter = Quantities.Time.class,
            description =
                    "When the migration begins, counted from the beginning of the trace (default: ${DEFAULT-VALUE}).")
    private long startNanos;

    @Option(
            names = "--horizon",
            paramLabel = "TIME",
            defaultValue = "60m",
            converter = Quantities.PositiveTime.class,
            description = "Give a migration up that is not over by then (default: ${DEFAULT-VALUE}).")
    private long horizonNanos;

    @Option(
            names = "--calibration",
            paramLabel = "FILE",
            description = "Where the figures of --calibrate are kept (default: ~/.cache/ramtracker/calibration.json).")
    private @Nullable Path calibrationFile;

    /**
     * The link.
     *
     * @throws IllegalArgumentException if its bandwidth is zero
     */
    LinkModel link(long bytesPerSecond) {
        return new LinkModel(bytesPerSecond, latencyNanos, bufferBytes);
    }

    Path calibrationFile() {
        return Optional.ofNullable(calibrationFile).orElseGet(Calibration::defaultFile);
    }

    /**
     * What was measured on this machine; one that costs no time if nothing was.
     *
     * @throws IOException if a file was named that is not there, or one holds no calibration
     */
    MachineModel machine() throws IOException {
        Optional<Calibration> kept = Calibration.load(calibrationFile());
        if (kept.isEmpty() && calibrationFile != null) {
            throw new IOException(
                    "%1$s: no such file; 'ramtracker forecast --calibrate --calibration %1$s' measures and makes it"
                            .formatted(calibrationFile));
        }
        return kept.map(Calibration::machine).orElse(MachineModel.IDEAL);
    }

    /**
     * Where in a trace migrations begin.
     *
     * @throws IllegalArgumentException if the trace is over by then
     */
    long startNanosIn(String trace, DirtyHistory history) {
        if (startNanos >= history.durationNanos()) {
            throw new IllegalArgumentException("--start is %s, but %s is over after %s: begin earlier"
                    .formatted(Figures.exactDuration(startNanos), trace, Figures.duration(history.durationNanos())));
        }
        return startNanos;
    }

    long horizonNanos() {
        return horizonNanos;
    }
}
