package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.report.Introduction;
import org.ramtracker.sim.report.TraceJson;
import org.ramtracker.sim.report.TraceText;
import org.ramtracker.sim.vmm.Failures;
import org.ramtracker.sim.vmm.SimulatedVm;
import org.ramtracker.sim.vmm.TraceRecording;
import org.ramtracker.sim.vmm.VmSpec;
import org.ramtracker.trace.DirtyTrace;

/** One run of {@code ramtracker record}: guest, recording, summary. */
final class RecordRun {
    private final VmSpec spec;
    private final TraceOutput output;
    private final ProgressPrinter progress;
    private final boolean json;
    private final PrintStream talk;
    /** None while the guest boots. */
    private volatile @Nullable TraceRecording recording;

    RecordRun(VmSpec spec, TraceOutput output, ProgressPrinter.Style style, boolean json) {
        this.spec = spec;
        this.output = output;
        this.progress = json ? ProgressPrinter.onStderr(style) : ProgressPrinter.onStdout(style);
        this.json = json;
        this.talk = json ? System.err : System.out;
    }

    /** Runs it and returns the exit code. */
    int run(Duration length, Duration epoch) throws IOException, InterruptedException {
        talk.println("booting a guest: " + Introduction.of(spec));
        try (Interrupt interrupt = Interrupt.asks(this::stop);
                SimulatedVm vm = SimulatedVm.boot(spec)) {
            Optional<TraceRecording.Result> result = record(new TraceRecording(vm, output.growing(), length, epoch));
            if (result.isEmpty()) {
                return ExitCode.INTERRUPTED;
            }
            report(result.get());
            interrupt.endsWith(ExitCode.OK);
            return ExitCode.OK;
        }
    }

    private boolean stop() {
        TraceRecording current = recording;
        boolean begun = current != null && current.stop();
        if (!begun) {
            System.err.println("nothing was recorded yet");
        }
        return begun;
    }

    private Optional<TraceRecording.Result> record(TraceRecording current) throws IOException, InterruptedException {
        recording = current;
        try {
            Optional<TraceRecording.Result> result =
                    current.run(stats -> progress.showLine(TraceText.progress(stats, spec.pageSize())));
            if (result.isPresent()) {
                output.commit();
            }
            return result;
        } catch (IOException | UncheckedIOException | InternalError e) {
            throw new IOException("the recording failed: %s; %s".formatted(Failures.reason(e), output.abandon()), e);
        } finally {
            progress.erase();
        }
    }

    private void report(TraceRecording.Result result) throws IOException {
        try (DirtyTrace trace = DirtyTrace.open(output.target())) {
            if (json) {
                System.out.println(TraceJson.of(trace, Optional.of(result)));
            } else {
                TraceText.of(trace).forEach(System.out::println);
                TraceText.cost(result).forEach(System.out::println);
            }
        }
    }
}
