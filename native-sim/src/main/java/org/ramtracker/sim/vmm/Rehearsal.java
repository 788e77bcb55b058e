package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.Switchover;
import org.ramtracker.migrate.SwitchoverCost;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;

/**
 * Migrations of a small guest within this process, before the one that counts.
 *
 * <p>Most of a switchover is code that a process runs once in its life: pausing, the trailer, a device's state, making the
 * guest at the destination, the confirmation. Run for the first time it has classes to load and calls to link, and that takes
 * several times as long as all of the rest, while the guest stands still. So both sides, each for itself, go through whole
 * migrations before they meet. They also tell what a switchover costs here, which the first migration of a process
 * could otherwise only guess.
 *
 * <p>The guest is one of Java threads, whatever the one that counts will be: only the making of its vCPUs differs.
 */
final class Rehearsal {
    /** The first loads, the second links what only the first's end had loaded; and of two that need neither, one may be disturbed. */
    private static final int TIMES = 2;

    private static final long RAM_BYTES = 1 << 20;
    private static final long RAM_BYTES_MAX = 1 << 26;
    private static final long DIRTY_BYTES_PER_SECOND = 1 << 20;
    private static final long DOWNTIME_LIMIT_NANOS = 2_000_000_000L;

    private Rehearsal() {}

    /**
     * Migrates from here to here.
     *
     * @param transfer in what form pages travel
     * @return what a switchover costs on this machine: the least that was measured, since a cost that is taken for too high
     *     can keep a migration from ending
     * @throws IOException if it fails, as the migration that counts would then do as well
     * @throws InterruptedException if the caller is interrupted
     */
    static SwitchoverCost run(TransferSpec transfer) throws IOException, InterruptedException {
        SwitchoverCost least = once(transfer);
        for (int time = 1; time < TIMES; time++) {
            SwitchoverCost cost = once(transfer);
            least = cost.nanos() < least.nanos() ? cost : least;
        }
        return least;
    }

    private static SwitchoverCost once(TransferSpec transfer) throws IOException, InterruptedException {
        GuestSpec guest = new GuestSpec(GuestKind.HOTSET, DIRTY_BYTES_PER_SECOND, FillKind.ZERO, 1, 1);
        try (SimulatedVm vm = SimulatedVm.boot(new VmSpec(RAM_BYTES, PageSize.KIB_4, guest));
                Listener listener = Listener.open(new Endpoint.Tcp("127.0.0.1", 0))) {
            FutureTask<IncomingResult> arrival = receive(listener, transfer.channels());
            OutgoingResult result = OutgoingMigration.to(vm, listener.endpoint(), options(transfer))
                    .run();
            if (!result.verification().isAcceptable()) {
                throw failed(result.errorDescription().orElse("what arrived is not what was sent"), null);
            }
            arrival.get();
            return cost(result);
        } catch (ExecutionException e) {
            throw failed(Failures.reason(e), e);
        }
    }

    /**
     * All of the downtime: the few pages that such a guest leaves take none of it to speak of, and the rate of a link that has carried
     * next to nothing would say that they took most of it.
     */
    private static SwitchoverCost cost(OutgoingResult result) {
        Switchover switchover = result.convergence().switchover().orElseThrow();
        return SwitchoverCost.unknown().learn(switchover.downtimeNanos());
    }

    private static IOException failed(String why, @Nullable Exception cause) {
        return new IOException("rehearsing a migration within this process: " + why, cause);
    }

    private static FutureTask<IncomingResult> receive(Listener listener, int channels) {
        IncomingOptions options = new IncomingOptions(RAM_BYTES_MAX, Duration.ZERO, channels, 0);
        FutureTask<IncomingResult> arrival = new FutureTask<>(() -> IncomingMigration.fromSocket(listener, options));
        Thread.ofPlatform().daemon().name("rehearsal").start(arrival);
        return arrival;
    }

    private static MigrationOptions options(TransferSpec transfer) {
        MigrationParameters parameters = MigrationParameters.defaults()
                .with(MigrationParameter.MAX_BANDWIDTH, 0)
                .with(MigrationParameter.DOWNTIME_LIMIT, DOWNTIME_LIMIT_NANOS);
        return new MigrationOptions(
                        ConvergencePolicy.standard(),
                        parameters,
                        DuplicateBytes.ZERO,
                        false,
                        Duration.ZERO,
                        Optional.empty())
                .with(transfer);
    }
}
