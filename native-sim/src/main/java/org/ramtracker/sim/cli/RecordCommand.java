package org.ramtracker.sim.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.ramtracker.sim.vmm.VmSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ramtracker record}: boots a guest and records which pages it writes when. */
@Command(
        name = "record",
        description = "Boot a busy guest and record which pages it writes, epoch by epoch, for a forecast or a replay.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RecordCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private GuestOptions guest;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The trace. It is readable while it grows.")
    private Path output;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Quantities.PositiveTime.class,
            description = "How long to record; Ctrl-C ends it earlier, in good order (default: ${DEFAULT-VALUE}).")
    private long forNanos;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "50ms",
            converter = Quantities.PositiveTime.class,
            description = "How long an epoch is (default: ${DEFAULT-VALUE}).")
    private long everyNanos;

    @Option(
            names = "--force",
            description = "Replace FILE if it is there; the trace grows in FILE.recording until it is complete.")
    private boolean force;

    @Option(
            names = "--progress",
            paramLabel = "STYLE",
            defaultValue = "auto",
            description = "auto (one line on a terminal), plain (a line a second) or none (default: ${DEFAULT-VALUE}).")
    private ProgressPrinter.Style progress;

    @Option(names = "--json", description = "Print one JSON object on stdout; all else goes to stderr.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (everyNanos > forNanos) {
            throw new ParameterException(
                    spec.commandLine(), "--every is longer than --for: the recording would end within its first epoch");
        }
        return new RecordRun(vmSpec(), TraceOutput.of(output, force), progress, json)
                .run(Duration.ofNanos(forNanos), Duration.ofNanos(everyNanos));
    }

    private VmSpec vmSpec() throws IOException {
        try {
            return guest.vmSpec();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
