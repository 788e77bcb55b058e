package org.ramtracker.sim.vmm;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirtyrate.DirtySample;
import org.ramtracker.dirtyrate.LogSample;
import org.ramtracker.dirtyrate.PageSample;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.sim.guest.Joining;
import org.ramtracker.sim.monitor.DirtyRateInfo;
import org.ramtracker.sim.monitor.DirtyRateRequest;
import org.ramtracker.sim.monitor.DirtyRateRequest.Mode;
import org.ramtracker.sim.monitor.MonitorException;

/**
 * {@code calc-dirty-rate} of one machine: two looks at its memory on a thread of its own, and the last figure. Limits and
 * messages are those of QEMU's {@code migration/dirtyrate.c}.
 *
 * <p>Threads: any.
 *
 * <p>Guarantees: once {@link #releaseLog} has returned no measurement uses the dirty log; once {@link #close} has returned none
 * uses the memory.
 */
public final class DirtyRateMeasurement implements AutoCloseable {
    private static final long CALC_TIME_MILLIS_MIN = 50;
    private static final long CALC_TIME_MILLIS_MAX = 60_000;
    private static final int SAMPLE_PAGES_MIN = 128;
    private static final int SAMPLE_PAGES_MAX = 16_384;
    private static final int MEBIBYTE_SHIFT = 20;

    private final Clock clock;
    private DirtyRateInfo info = DirtyRateInfo.UNSTARTED;
    private @Nullable Thread worker;

    /** Nothing was measured yet. */
    public DirtyRateMeasurement() {
        this(Clock.systemUTC());
    }

    DirtyRateMeasurement(Clock clock) {
        this.clock = clock;
    }

    /**
     * What is measured.
     *
     * @param memory the guest's
     * @param log over its page space
     * @param hasDirtyRing whether the log is the kernel's ring
     * @param isMigrating whether a migration uses the log
     */
    public record Subject(GuestMemory memory, DirtyLog log, boolean hasDirtyRing, boolean isMigrating) {}

    /**
     * Begins to measure.
     *
     * @param request what and how long
     * @param subject the guest
     * @throws MonitorException if the request is out of range or cannot be had here, or a measurement runs already
     */
    public synchronized void begin(DirtyRateRequest request, Subject subject) throws MonitorException {
        if (info.status() == DirtyRateInfo.Status.MEASURING) {
            throw new MonitorException("the dirty rate is already being measured.");
        }
        checkRanges(request);
        checkMode(request.mode(), subject);
        info = new DirtyRateInfo(
                DirtyRateInfo.Status.MEASURING,
                OptionalLong.empty(),
                clock.instant().getEpochSecond(),
                Optional.of(request));
        worker = Thread.ofPlatform().daemon().name("dirty-rate").start(() -> measure(request, subject));
    }

    private static void checkRanges(DirtyRateRequest request) throws MonitorException {
        long millis = request.calcTimeUnit().toMillis(request.calcTime());
        if (millis < CALC_TIME_MILLIS_MIN || millis > CALC_TIME_MILLIS_MAX) {
            throw new MonitorException("Calculation time is out of range [%dms, %dms]."
                    .formatted(CALC_TIME_MILLIS_MIN, CALC_TIME_MILLIS_MAX));
        }
        if (request.samplePages() < SAMPLE_PAGES_MIN || request.samplePages() > SAMPLE_PAGES_MAX) {
            throw new MonitorException(
                    "sample-pages is out of range[%d, %d].".formatted(SAMPLE_PAGES_MIN, SAMPLE_PAGES_MAX));
        }
    }

    private static void checkMode(Mode mode, Subject subject) throws MonitorException {
        boolean isThere = switch (mode) {
            case PAGE_SAMPLING -> true;
            case DIRTY_BITMAP -> !subject.hasDirtyRing();
            case DIRTY_RING -> subject.hasDirtyRing();
        };
        if (!isThere) {
            throw new MonitorException("mode %s is not enabled, use other method instead.".formatted(mode.qmpName()));
        }
        if (mode != Mode.PAGE_SAMPLING && subject.isMigrating()) {
            throw new MonitorException(
                    "mode %s needs the dirty log, which a migration uses; use mode page-sampling or wait"
                            .formatted(mode.qmpName()));
        }
    }

    /** From the end of one look to the end of the other: each page waits for the second as long as it did for the first. */
    private void measure(DirtyRateRequest request, Subject subject) {
        OptionalLong measured = OptionalLong.empty();
        try (DirtySample sample = look(request, subject)) {
            long startNanos = System.nanoTime();
            request.calcTimeUnit().sleep(request.calcTime());
            long dirtiedBytes = sample.dirtiedBytes();
            measured = OptionalLong.of(rate(dirtiedBytes, System.nanoTime() - startNanos));
        } catch (InterruptedException e) {
            // given up: there is no figure
        } finally {
            finish(measured);
        }
    }

    private DirtySample look(DirtyRateRequest request, Subject subject) {
        return switch (request.mode()) {
            case PAGE_SAMPLING ->
                PageSample.take(subject.memory(), request.samplePages(), new SplittableRandom(clock.millis()));
            case DIRTY_BITMAP, DIRTY_RING -> LogSample.begin(subject.memory(), subject.log());
        };
    }

    /** In MiB/s, as QEMU's "MB/s" are. */
    static long rate(long bytes, long nanos) {
        double seconds = (double) nanos / TimeUnit.SECONDS.toNanos(1);
        return Math.round(bytes / seconds / (1L << MEBIBYTE_SHIFT));
    }

    private synchronized void finish(OptionalLong rate) {
        DirtyRateInfo.Status status = rate.isPresent() ? DirtyRateInfo.Status.MEASURED : DirtyRateInfo.Status.UNSTARTED;
        info = new DirtyRateInfo(status, rate, info.startTimeSeconds(), info.request());
    }

    /**
     * The last measurement.
     *
     * @return how far it is
     */
    public synchronized DirtyRateInfo info() {
        return info;
    }

    /**
     * Gives up a measurement that uses the dirty log, before a migration does. One that samples pages goes on. Whoever begins a
     * migration makes sure first that {@link #begin} is told of it.
     */
    public void releaseLog() {
        if (info().request().map(DirtyRateRequest::mode).orElse(Mode.PAGE_SAMPLING) != Mode.PAGE_SAMPLING) {
            abandon();
        }
    }

    /** Gives up a measurement, before the memory goes. */
    @Override
    public void close() {
        abandon();
    }

    private void abandon() {
        Thread running;
        synchronized (this) {
            running = worker;
            worker = null;
        }
        if (running != null) {
            running.interrupt();
            Joining.all(List.of(running));
        }
    }
}
