package org.ramtracker.sim.validate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ramtracker.forecast.DirtyHistory;
import org.ramtracker.forecast.Forecast;
import org.ramtracker.forecast.ForecastRequest;
import org.ramtracker.forecast.Forecaster;
import org.ramtracker.forecast.LinkModel;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.sim.guest.GuestStats;
import org.ramtracker.sim.validate.ValidationCase.LimitedBy;
import org.ramtracker.sim.vmm.Calibration;
import org.ramtracker.sim.vmm.Endpoint;
import org.ramtracker.sim.vmm.MigrationOptions;
import org.ramtracker.sim.vmm.OutgoingMigration;
import org.ramtracker.sim.vmm.OutgoingResult;
import org.ramtracker.sim.vmm.SimulatedVm;
import org.ramtracker.sim.vmm.TraceRecording;
import org.ramtracker.trace.DirtyTrace;

/**
 * Puts one case to both: boots a guest, records it, forecasts its migration from the trace, and migrates it to another process.
 *
 * <pre>
 *   boot ---| a s |--- recording ---|                the trace begins at the age of a s
 *   boot ---| a s |--- migration ---|                given up at the horizon at the latest
 * </pre>
 *
 * <p>The guest that is migrated is the one that was recorded, booted once more: a guest of one spec makes the same writes in the
 * same order, and here it does so at the same age. So the forecast is told what would have happened, and what it misses is the
 * model's fault. With {@link Migrated#RUNNING_ON} it is the very guest that was recorded, which goes on: the trace then has to be
 * played again from its beginning, and that the future is not the past is part of the error. The migration begins a whole
 * number of seconds after the recording did, where a guest that has a period of a second is where it was when the trace began.
 *
 * <p>Threads: single-threaded.
 */
public final class ValidationRun {
    /** Which guest is migrated. */
    public enum Migrated {
        /** The one that was recorded, booted once more. */
        BOOTED_AGAIN,
        /** The one that was recorded, which runs on. */
        RUNNING_ON
    }

    private static final Duration EPOCH = Duration.ofMillis(50);
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /** Room to connect. */
    private static final long LEAD_NANOS = 300_000_000L;

    private final Endpoint.Tcp destination;
    private final Calibration calibration;
    private final Path directory;
    private final Duration recordFor;
    private final Duration horizon;
    private final Migrated migrated;

    /**
     * A run of any case.
     *
     * @param destination where guests go, one after the other
     * @param calibration what this machine costs
     * @param directory for traces
     * @param recordFor how long to record, whole seconds
     * @param horizon when to give a migration up
     * @param migrated which guest is migrated
     */
    public ValidationRun(
            Endpoint.Tcp destination,
            Calibration calibration,
            Path directory,
            Duration recordFor,
            Duration horizon,
            Migrated migrated) {
        this.destination = destination;
        this.calibration = calibration;
        this.directory = directory;
        this.recordFor = recordFor;
        this.horizon = horizon;
        this.migrated = migrated;
    }

    /**
     * Runs it.
     *
     * @param wanted the case
     * @return what was said and what happened
     * @throws IOException if the recording or the migration failed, or the guest did not arrive whole
     * @throws InterruptedException if the caller is interrupted
     */
    public ValidationResult run(ValidationCase wanted) throws IOException, InterruptedException {
        Path trace = directory.resolve("case-%d.trace".formatted(wanted.number()));
        try {
            return migrated == Migrated.RUNNING_ON ? runOn(wanted, trace) : bootAgain(wanted, trace);
        } finally {
            Files.deleteIfExists(trace);
        }
    }

    private ValidationResult runOn(ValidationCase wanted, Path trace) throws IOException, InterruptedException {
        try (SimulatedVm vm = SimulatedVm.boot(wanted.vm())) {
            Recorded recorded = record(vm, trace);
            Forecast forecast = forecast(wanted, trace);
            long seconds = (System.nanoTime() + LEAD_NANOS - recorded.beganNanos()) / SECOND_NANOS + 1;
            return migrate(wanted, vm, forecast, recorded, recorded.beganNanos() + seconds * SECOND_NANOS);
        }
    }

    private ValidationResult bootAgain(ValidationCase wanted, Path trace) throws IOException, InterruptedException {
        Recorded recorded;
        long ageNanos;
        try (SimulatedVm vm = SimulatedVm.boot(wanted.vm())) {
            long bootedNanos = System.nanoTime();
            Thread.sleep(LEAD_NANOS / NANOS_PER_MILLI);
            recorded = record(vm, trace);
            ageNanos = recorded.beganNanos() - bootedNanos;
        }
        Forecast forecast = forecast(wanted, trace);
        try (SimulatedVm vm = SimulatedVm.boot(wanted.vm())) {
            long bootedNanos = System.nanoTime();
            vm.memory().populate(); // as the recording's look at every page did for the first guest
            return migrate(wanted, vm, forecast, recorded, bootedNanos + ageNanos);
        }
    }

    /** When the first epoch began, and what the guest wrote in a second. */
    private record Recorded(long beganNanos, long guestBytesPerSecond) {}

    private Recorded record(SimulatedVm vm, Path trace) throws IOException, InterruptedException {
        TraceRecording.Result result =
                new TraceRecording(vm, trace, recordFor, EPOCH).run(stats -> {}).orElseThrow();
        return new Recorded(System.nanoTime() - result.stats().durationNanos(), result.guestBytesPerSecond());
    }

    private Forecast forecast(ValidationCase wanted, Path file) throws IOException {
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            DirtyHistory history = DirtyHistory.of(trace);
            return Forecaster.forecast(new ForecastRequest(
                    history,
                    wanted.preset().policy(),
                    wanted.parameters(),
                    link(wanted),
                    calibration.machine().forGuestOf(history),
                    migrated == Migrated.RUNNING_ON ? history.durationNanos() - 1 : 0,
                    1,
                    horizon.toNanos(),
                    false,
                    0));
        }
    }

    private LinkModel link(ValidationCase wanted) {
        return wanted.limitedBy() == LimitedBy.LINK
                ? new LinkModel(wanted.bandwidthBytesPerSecond(), 0, PacedLink.BUFFER_BYTES)
                : new LinkModel(calibration.restBytesPerSecond(), 0, LinkModel.BUFFER_BYTES);
    }

    private ValidationResult migrate(
            ValidationCase wanted, SimulatedVm vm, Forecast forecast, Recorded recorded, long startNanos)
            throws IOException, InterruptedException {
        LockSupport.parkNanos(startNanos - LEAD_NANOS / 2 - System.nanoTime());
        GuestStats before = vm.guest().stats();
        OutgoingResult result = checked(migrate(wanted, vm, startNanos));
        ValidationResult.Way actual = ValidationResult.Way.of(result);
        long ranNanos =
                startNanos - before.atNanos() + (actual.completed() ? actual.switchoverNanos() : actual.totalNanos());
        long wroteBytes = vm.guest().stats().writtenBytes() - before.writtenBytes();
        return new ValidationResult(
                wanted,
                forecast.verdict(),
                ValidationResult.Way.of(forecast.course()),
                actual,
                recorded.guestBytesPerSecond(),
                wroteBytes * SECOND_NANOS / ranNanos);
    }

    private OutgoingResult migrate(ValidationCase wanted, SimulatedVm vm, long startNanos)
            throws IOException, InterruptedException {
        MigrationOptions options = new MigrationOptions(
                wanted.preset().policy(),
                wanted.parameters(),
                DuplicateBytes.ZERO,
                true,
                Duration.ZERO,
                Optional.empty());
        if (wanted.limitedBy() == LimitedBy.MAX_BANDWIDTH) {
            return migrate(OutgoingMigration.to(vm, destination, options), startNanos);
        }
        try (PacedLink link = PacedLink.to(destination, wanted.bandwidthBytesPerSecond())) {
            return migrate(OutgoingMigration.to(vm, link.endpoint(), options), startNanos);
        }
    }

    private OutgoingResult migrate(OutgoingMigration migration, long startNanos)
            throws IOException, InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        LockSupport.parkNanos(startNanos - System.nanoTime());
        Thread.ofPlatform().daemon().name("horizon").start(() -> cancelAtHorizon(migration, ended));
        try {
            return migration.run();
        } finally {
            ended.countDown();
        }
    }

    private void cancelAtHorizon(OutgoingMigration migration, CountDownLatch ended) {
        try {
            if (!ended.await(horizon.toNanos(), TimeUnit.NANOSECONDS)) {
                migration.cancel();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static OutgoingResult checked(OutgoingResult result) throws IOException {
        return switch (result.stats().status()) {
            case COMPLETED -> {
                if (!result.verification().isVerified()) {
                    throw new IOException("the guest did not arrive whole: "
                            + result.verification().explanation());
                }
                yield result;
            }
            case CANCELLED -> result;
            default -> throw new IOException(result.errorDescription().orElse("the migration failed"));
        };
    }
}
