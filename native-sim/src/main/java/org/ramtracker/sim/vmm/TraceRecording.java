package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.SystemNanoClock;
import org.ramtracker.sim.guest.GuestStats;
import org.ramtracker.trace.DirtyTraceRecorder;
import org.ramtracker.trace.RecordingStats;

/**
 * Records what the guest of a running machine writes. The machine's dirty log belongs to the recording meanwhile: nobody may
 * migrate it.
 *
 * <p>Threads: one runs it; {@link #stop} may come from any.
 */
public final class TraceRecording {
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SimulatedVm vm;
    private final Path file;
    private final Duration length;
    private final Duration epoch;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private boolean begun;

    /**
     * A recording, not begun.
     *
     * @param vm the machine
     * @param file where the trace goes; nothing may be there
     * @param length how long to record
     * @param epoch how long each epoch is meant to be
     */
    public TraceRecording(SimulatedVm vm, Path file, Duration length, Duration epoch) {
        this.vm = vm;
        this.file = file;
        this.length = length;
        this.epoch = epoch;
    }

    /**
     * What came of a recording.
     *
     * @param stats what was recorded, and what it cost
     * @param guestBytesPerSecond what the guest wrote in a second meanwhile, rewrites included
     */
    public record Result(RecordingStats stats, long guestBytesPerSecond) {}

    /**
     * Records until the time is up or {@link #stop} was called.
     *
     * @param progress is told about once a second what has been recorded
     * @return what came of it; the trace has ended and is complete. Empty if it was stopped before it began: no file was made
     * @throws IOException if the file cannot grow, the dirty log fails or the guest dies; the trace then ends with the last
     *     whole epoch
     * @throws InterruptedException if the caller is interrupted
     */
    public Optional<Result> run(Consumer<RecordingStats> progress) throws IOException, InterruptedException {
        RecorderWarmUp.run();
        return begin() ? Optional.of(record(progress)) : Optional.empty();
    }

    private synchronized boolean begin() {
        begun = stopped.getCount() > 0;
        return begun;
    }

    private Result record(Consumer<RecordingStats> progress) throws IOException, InterruptedException {
        try (DirtyTraceRecorder recorder = DirtyTraceRecorder.create(
                file, vm.memory(), vm.log(), SystemNanoClock.INSTANCE, epoch.toNanos(), System.currentTimeMillis())) {
            recorder.start();
            GuestStats before = vm.guest().stats();
            recordEpochs(recorder, progress);
            long rate = vm.guest().stats().bytesPerSecondSince(before);
            return new Result(recorder.stats(), rate);
        }
    }

    private void recordEpochs(DirtyTraceRecorder recorder, Consumer<RecordingStats> progress)
            throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        long toldNanos = startNanos;
        boolean wanted = true;
        while (wanted) {
            long leftNanos = startNanos + length.toNanos() - System.nanoTime();
            long sleepNanos = Math.min(recorder.nextTickNanos() - System.nanoTime(), leftNanos);
            wanted = !stopped.await(sleepNanos, TimeUnit.NANOSECONDS) && sleepNanos < leftNanos;
            long ignored = recorder.tick();
            checkGuest();
            if (System.nanoTime() - toldNanos >= PROGRESS_NANOS) {
                toldNanos = System.nanoTime();
                progress.accept(recorder.stats());
            }
        }
    }

    private void checkGuest() throws IOException {
        if (vm.guest().failure().isPresent()) {
            throw new IOException(Failures.reason(vm.guest().failure().get()));
        }
    }

    /**
     * Ends the recording soon, with a last epoch that may be short; one that has not begun never will.
     *
     * @return whether it has begun, so that something comes of it
     */
    public synchronized boolean stop() {
        stopped.countDown();
        return begun;
    }
}
