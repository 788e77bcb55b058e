package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.Switchover;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;

/**
 * Moves guests to another process, to learn what a switchover takes. Of a guest that writes nothing, nothing is left to send
 * when it is paused, so the downtime is what everything else takes: pause, sync, device state, and a destination that makes a
 * guest of what it was sent. Of a guest that writes all its memory anew in a pass, all is left when it is stopped after the
 * second one, and the downtime beyond that tells how fast pages go that were sent before. A guest that
 * left next to nothing, because the agent got no CPU when it was to stop it, says nothing about that and does not count.
 *
 * <p>A switchover that leaves nothing takes a few milliseconds in several threads of two processes, and all that a machine does besides
 * can only make it longer, by as much again. So the least of several is what it takes by itself, as {@link Calibration} has it of
 * its other times; the median of a few is what it took beside whatever ran just then. A rate divides by a downtime less that time,
 * where too little makes the rate too high: of rates the median counts.
 *
 * @param fixedNanos what a switchover takes besides sending what remains: the least of several
 * @param restBytesPerSecond how fast what remains goes: the median of several
 */
record SwitchoverTrial(long fixedNanos, long restBytesPerSecond) {
    private static final long RAM_BYTES = 64L << 20;
    private static final long BANDWIDTH = 256L << 20;
    private static final long BUSY_BYTES_PER_SECOND = 1L << 30;
    private static final int BUSY_PASSES = 2;
    /** The first ones warm both processes up, with pages of all kinds, and do not count. */
    private static final int WARM_UPS = 3;

    private static final int TRIALS = 5;
    /** Less takes no longer than what else a switchover takes. */
    private static final long REST_BYTES_MIN = RAM_BYTES / 16;

    /** A median of fewer would be that of an accident. */
    private static final int RESTS_MIN = 3;

    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * Moves all of them.
     *
     * @param destination takes guest after guest
     */
    static SwitchoverTrial run(Endpoint destination) throws IOException, InterruptedException {
        for (int trial = 0; trial < WARM_UPS; trial++) {
            moveIdle(destination, FillKind.MIXED);
            moveBusy(destination);
        }
        long fixedNanos = fixedNanos(destination);
        List<Switchover> busy = new ArrayList<>();
        for (int trial = 0; trial < TRIALS; trial++) {
            busy.add(moveBusy(destination));
        }
        return new SwitchoverTrial(fixedNanos, restBytesPerSecond(busy, fixedNanos));
    }

    /**
     * How fast what remained went, at the median of those that left enough.
     *
     * @throws IOException if too few did
     */
    static long restBytesPerSecond(List<Switchover> switchovers, long fixedNanos) throws IOException {
        long[] rates = switchovers.stream()
                .filter(switchover -> switchover.remainingBytes() >= REST_BYTES_MIN)
                .mapToLong(switchover -> restBytesPerSecond(switchover, fixedNanos))
                .sorted()
                .toArray();
        if (rates.length < RESTS_MIN) {
            throw new IOException(
                    "calibrating: %d of %d guests left enough to send when they were stopped, %d have to; calibrate again when this machine is less busy"
                            .formatted(rates.length, switchovers.size(), RESTS_MIN));
        }
        return rates[rates.length / 2];
    }

    private static long restBytesPerSecond(Switchover switchover, long fixedNanos) {
        long restNanos = Math.max(1, switchover.downtimeNanos() - fixedNanos);
        return Math.max(1, (long) (switchover.remainingBytes() * NANOS_PER_SECOND / restNanos));
    }

    private static long fixedNanos(Endpoint destination) throws IOException, InterruptedException {
        long leastNanos = Long.MAX_VALUE;
        for (int trial = 0; trial < TRIALS; trial++) {
            leastNanos =
                    Math.min(leastNanos, moveIdle(destination, FillKind.RANDOM).downtimeNanos());
        }
        return leastNanos;
    }

    private static Switchover moveIdle(Endpoint destination, FillKind fill) throws IOException, InterruptedException {
        return move(destination, GuestSpec.withDefaultRate(GuestKind.IDLE, fill, 1, 1), 0);
    }

    private static Switchover moveBusy(Endpoint destination) throws IOException, InterruptedException {
        GuestSpec busy = new GuestSpec(GuestKind.RANDOM_WRITES, BUSY_BYTES_PER_SECOND, FillKind.RANDOM, 1, 1);
        return move(destination, busy, BUSY_PASSES);
    }

    private static Switchover move(Endpoint destination, GuestSpec guest, long passesMax)
            throws IOException, InterruptedException {
        MigrationOptions options = new MigrationOptions(
                ConvergencePolicy.standard(),
                MigrationParameters.defaults()
                        .with(MigrationParameter.MAX_BANDWIDTH, BANDWIDTH)
                        .with(MigrationParameter.DOWNTIME_LIMIT, 0)
                        .with(MigrationParameter.MAX_ITERATIONS, passesMax),
                DuplicateBytes.ZERO,
                false,
                Duration.ZERO,
                Optional.empty());
        try (SimulatedVm vm = SimulatedVm.boot(new VmSpec(RAM_BYTES, PageSize.KIB_4, guest))) {
            OutgoingResult result =
                    OutgoingMigration.to(vm, destination, options).run();
            if (result.stats().status() != MigrationStatus.COMPLETED) {
                throw new IOException(
                        "calibrating: " + result.errorDescription().orElse("the guest did not arrive"));
            }
            return result.convergence().switchover().orElseThrow();
        }
    }
}
