package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.migrate.MigrationParameter.AUTO_CONVERGE;
import static org.ramtracker.migrate.MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH;
import static org.ramtracker.migrate.MigrationParameter.CONVERGENCE_TIMEOUT;
import static org.ramtracker.migrate.MigrationParameter.CPU_THROTTLE_INITIAL;
import static org.ramtracker.migrate.MigrationParameter.DOWNTIME_LIMIT;
import static org.ramtracker.migrate.MigrationParameter.MAX_ITERATIONS;
import static org.ramtracker.migrate.MigrationParameter.MAX_TOTAL_TIME;
import static org.ramtracker.migrate.MigrationParameter.MAX_TOTAL_TIME_ACTION;
import static org.ramtracker.migrate.MigrationParameter.MAX_TRANSFER_FACTOR;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.ConvergenceRule;
import org.ramtracker.migrate.MaxTotalTimeAction;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.Switchover;
import org.ramtracker.migrate.SwitchoverCost;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.vmm.ConvergenceLog.Step;
import org.ramtracker.sim.vmm.IncomingMigration.Mishap;

/**
 * Each rule with a real guest over loopback. The guest has 20 MiB in all and writes every page of it several times a second;
 * the link is limited to 64 MiB/s, so a pass takes 313 ms, after which all pages are dirty again: R/B is 313 ms, and does not
 * fit 30 ms. A busy machine makes both slower, so lower bounds are the arithmetic's and upper bounds are generous.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ConvergenceLiveTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;
    private static final long RAM_BYTES = 4L << 20;
    private static final long LINK_BYTES_PER_SECOND = 64L << 20;
    private static final long GUEST_BYTES_PER_SECOND = 256L << 20;
    private static final Duration RUN_FOR = Duration.ofMillis(50);
    private static final IncomingOptions INCOMING = new IncomingOptions(1L << 30, RUN_FOR);

    private SimulatedVm vm;
    private Listener listener;
    private CompletableFuture<IncomingResult> destination;

    @BeforeEach
    void boot() throws IOException {
        GuestSpec guest = new GuestSpec(GuestKind.SWEEP, GUEST_BYTES_PER_SECOND, FillKind.RANDOM, 1, 1);
        vm = SimulatedVm.boot(new VmSpec(RAM_BYTES, PageSize.KIB_4, guest));
        listener = Listener.open(new Endpoint.Tcp("127.0.0.1", 0));
        destination = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(this::receive);
    }

    private void receive() {
        try {
            destination.complete(IncomingMigration.fromSocket(listener, INCOMING, Mishap.NONE));
        } catch (IOException | InterruptedException | RuntimeException e) {
            destination.completeExceptionally(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        vm.close();
    }

    @Test
    void withoutARuleItIsStillActiveAndTheManagersStopEndsIt() throws Exception {
        OutgoingMigration migration = migration(limit30());
        FutureTask<OutgoingResult> work = start(migration);
        Thread.sleep(2_500);
        assertThat(migration.stats().status()).isEqualTo(MigrationStatus.ACTIVE);
        assertThat(migration.stats().dirtySyncCount()).isGreaterThan(2);

        vm.guest().stop();
        OutgoingResult result = work.get();
        assertThat(switchover(result).breaksLimit()).isFalse();
        assertThat(result.verification().isAcceptable()).isTrue();
        assertThat(destination.get().isGood()).isTrue();
    }

    @Test
    void maxIterationsStopsTheGuestAfterSoManyPasses() throws Exception {
        Switchover switchover = moved(limit30().with(MAX_ITERATIONS, 3));
        assertThat(switchover.rule()).isEqualTo(ConvergenceRule.MAX_ITERATIONS);
        assertThat(switchover.breaksLimit()).isTrue();
        assertThat(switchover.downtimeLimitNanos()).isEqualTo(30 * MS);
        assertThat(switchover.elapsedNanos()).isGreaterThan(500 * MS);
        assertAddsUp(switchover);
    }

    @Test
    void maxTransferFactorStopsTheGuestWhenSoMuchWasSent() throws Exception {
        OutgoingResult result = run(limit30().with(MAX_TRANSFER_FACTOR, 2));
        Switchover switchover = switchover(result);
        assertThat(switchover.rule()).isEqualTo(ConvergenceRule.MAX_TRANSFER_FACTOR);
        assertThat(switchover.breaksLimit()).isTrue();
        // 2 x 20 MiB, a slice, and at most all of RAM while the guest was paused.
        assertThat(result.stats().transferredBytes())
                .isBetween(2 * vm.memory().totalBytes(), 4 * vm.memory().totalBytes());
        assertAddsUp(switchover);
    }

    @Test
    void convergenceTimeoutEndsTheMigrationAtTheFirstLimitThatFits() throws Exception {
        OutgoingResult result = run(limit30().with(CONVERGENCE_TIMEOUT, SECOND));
        List<Step> limits = result.convergence().limits();
        for (int doublings = 0; doublings < limits.size(); doublings++) {
            Step step = limits.get(doublings);
            assertThat(step.value()).isEqualTo((30 * MS) << doublings);
            assertThat(step.elapsedNanos()).isBetween(doublings * SECOND, doublings * SECOND + SECOND / 2);
        }
        Switchover switchover = switchover(result);
        assertThat(switchover.rule()).isEqualTo(ConvergenceRule.CONVERGENCE_TIMEOUT);
        assertThat(switchover.downtimeLimitNanos()).isEqualTo(limits.getLast().value());
        assertThat(switchover.expectedDowntimeNanos()).isBetween(30 * MS, switchover.downtimeLimitNanos());
        assertAddsUp(switchover);
    }

    @Test
    void autoConvergeThrottlesTheGuestUntilItFitsAndTheDestinationRunsAtFullSpeed() throws Exception {
        OutgoingResult result = run(limit30()
                .with(AUTO_CONVERGE, true)
                .with(CPU_THROTTLE_INITIAL, 95)
                .with(DOWNTIME_LIMIT, 100 * MS));
        List<Step> throttles = result.convergence().throttles();
        assertThat(throttles.getFirst().value()).isEqualTo(95);
        assertThat(throttles.getFirst().elapsedNanos()).isGreaterThan(2 * SECOND); // two periods
        assertThat(throttles.getLast().value()).isZero();
        assertThat(switchover(result).rule()).isEqualTo(ConvergenceRule.DOWNTIME_LIMIT);
        assertThat(switchover(result).breaksLimit()).isFalse();
    }

    @Test
    void deadlineCancelsAndTheGuestGoesOnHere() throws Exception {
        OutgoingResult result = run(limit30().with(MAX_TOTAL_TIME, SECOND));
        assertThat(result.stats().status()).isEqualTo(MigrationStatus.CANCELLED);
        assertThat(result.errorDescription().orElseThrow()).startsWith("max-total-time of 1000 ms has passed");
        assertThat(result.stats().elapsedNanos()).isBetween(SECOND, 2 * SECOND);
        assertThat(result.sourceCheck().orElseThrow().passed()).isTrue();
    }

    @Test
    void deadlineSwitchesOverIfThatIsWanted() throws Exception {
        Switchover switchover = moved(limit30()
                .with(MAX_TOTAL_TIME, SECOND)
                .with(MAX_TOTAL_TIME_ACTION, MaxTotalTimeAction.SWITCH_OVER.value()));
        assertThat(switchover.rule()).isEqualTo(ConvergenceRule.MAX_TOTAL_TIME);
        assertThat(switchover.elapsedNanos()).isBetween(SECOND, 2 * SECOND);
        assertAddsUp(switchover);
    }

    @Test
    void operatorsBandwidthEndsItAtOnceAndTheReportShowsTheDifference() throws Exception {
        Switchover switchover = moved(limit30().with(AVAIL_SWITCHOVER_BANDWIDTH, 100L << 30));
        assertThat(switchover.rule()).isEqualTo(ConvergenceRule.DOWNTIME_LIMIT);
        assertThat(switchover.bytesPerSecond()).isEqualTo(100L << 30);
        assertThat(switchover.downtimeNanos()).isGreaterThan(switchover.expectedDowntimeNanos());
    }

    @Test
    void fixedCostKeepsTheGuestRunningUntilTheLimitAllowsForIt() throws Exception {
        vm.learn(new SwitchoverCost(2 * SECOND, 1));
        OutgoingMigration migration = migration(MigrationParameters.of(LINK_BYTES_PER_SECOND, SECOND));
        FutureTask<OutgoingResult> work = start(migration);
        Thread.sleep(1_500); // R/B alone would fit a second
        assertThat(migration.stats().status()).isEqualTo(MigrationStatus.ACTIVE);
        assertThat(migration.stats().switchoverCostNanos()).isEqualTo(2 * SECOND);

        migration.control().set(DOWNTIME_LIMIT, 4 * SECOND);
        Switchover switchover = switchover(work.get());
        assertThat(switchover.costNanos()).isEqualTo(2 * SECOND);
        assertThat(switchover.expectedDowntimeNanos()).isBetween(2 * SECOND, 4 * SECOND);
    }

    /** What was expected is the arithmetic's, and the limit on the link does not hold after the pause. */
    private static void assertAddsUp(Switchover switchover) {
        long expected = switchover.remainingBytes() * SECOND / switchover.bytesPerSecond() + switchover.costNanos();
        assertThat(switchover.expectedDowntimeNanos()).isBetween(expected, expected + 1);
        assertThat(switchover.downtimeNanos()).isPositive();
    }

    private static MigrationParameters limit30() {
        return MigrationParameters.of(LINK_BYTES_PER_SECOND, 30 * MS);
    }

    private OutgoingMigration migration(MigrationParameters parameters) throws IOException {
        MigrationOptions options = new MigrationOptions(
                ConvergencePolicy.standard(), parameters, DuplicateBytes.ZERO, false, RUN_FOR, Optional.empty());
        return OutgoingMigration.to(vm, listener.endpoint(), options);
    }

    private static FutureTask<OutgoingResult> start(OutgoingMigration migration) {
        FutureTask<OutgoingResult> work = new FutureTask<>(migration::run);
        Thread.ofPlatform().daemon().start(work);
        return work;
    }

    private OutgoingResult run(MigrationParameters parameters) throws IOException, InterruptedException {
        return migration(parameters).run();
    }

    private Switchover moved(MigrationParameters parameters) throws Exception {
        OutgoingResult result = run(parameters);
        assertThat(result.stats().status()).as(result.toString()).isEqualTo(MigrationStatus.COMPLETED);
        assertThat(destination.get().isGood()).isTrue();
        return switchover(result);
    }

    private static Switchover switchover(OutgoingResult result) {
        return result.convergence().switchover().orElseThrow(() -> new AssertionError(result.toString()));
    }
}
