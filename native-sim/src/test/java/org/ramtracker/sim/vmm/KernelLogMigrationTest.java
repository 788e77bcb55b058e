package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.guest.Hosts;

/** Guests whose writes only the kernel knows, moved while they run. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KernelLogMigrationTest {
    private static final long RAM_BYTES = 32L << 20;
    private static final long FULL_SPEED = 0;

    private static VmSpec spec(GuestEngine engine, DirtySource source, GuestKind kind, long rate, int writers) {
        Hosts.require(engine);
        Hosts.require(source);
        GuestSpec guest = new GuestSpec(kind, rate, FillKind.MIXED, 11, writers, engine);
        return new VmSpec(RAM_BYTES, PageSize.KIB_4, guest, source);
    }

    @ParameterizedTest
    @CsvSource({
        "KVM, KVM_LOG, HOTSET, 1",
        "KVM, KVM_CLEAR, RANDOM_WRITES, 2",
        "KVM, KVM_RING, SWEEP, 2",
        "KVM, PAGEMAP, HOTSET, 2",
        "NATIVE, PAGEMAP, RANDOM_WRITES, 2",
        "THREADS, PAGEMAP, HOTSET, 2",
    })
    void aRunningGuestArrivesEqualAndRunsOn(GuestEngine engine, DirtySource source, GuestKind kind, int writers)
            throws Exception {
        try (SimulatedVm vm = SimulatedVm.boot(spec(engine, source, kind, 16L << 20, writers))) {
            OutgoingResult result = Moves.move(vm, Moves.options(64L << 20, Duration.ZERO, true));

            Moves.assertVerified(result);
            assertThat(result.stats().dirtySyncCount()).as("passes").isGreaterThan(2);
            SelfCheckResult there = result.verification().selfCheck().orElseThrow();
            assertThat(there.summary()).doesNotStartWith("0 new steps").contains("all as the guest left them");
            assertThat(vm.guest().check().isGood())
                    .as("the source still knows its memory")
                    .isTrue();
            FullSpeed.assertLoggingIsOff(vm);
        }
    }

    /** So that a dirty rate is measured in the mode of the log that there is. */
    @Test
    void aMachineKnowsWhetherItsLogIsTheRingsBootedOrArrived() throws Exception {
        try (SimulatedVm vm = SimulatedVm.boot(spec(GuestEngine.KVM, DirtySource.KVM_RING, GuestKind.IDLE, 0, 1))) {
            assertThat(vm.hasDirtyRing()).isTrue();
            vm.guest().requestPause();
            assertThat(vm.guest().awaitDrained(Duration.ofSeconds(20))).isTrue();
            assertThat(hasDirtyRingArrived(vm, Optional.of(DirtySource.KVM_RING)))
                    .isTrue();
            assertThat(hasDirtyRingArrived(vm, Optional.of(DirtySource.KVM_LOG)))
                    .isFalse();
            assertThat(hasDirtyRingArrived(vm, Optional.empty())).isFalse();
        }
    }

    private static boolean hasDirtyRingArrived(SimulatedVm vm, Optional<DirtySource> source) throws IOException {
        GuestMemory memory = Machine.memory(PageSize.KIB_4, RAM_BYTES);
        try (SimulatedVm arrived = SimulatedVm.arrived(memory, vm.guest().saveState(), source)) {
            return arrived.hasDirtyRing();
        }
    }

    @Test
    void aGuestOnKvmWhoseWritesNeverStopSwitchesOverWhole() throws Exception {
        VmSpec spec = spec(GuestEngine.KVM, DirtySource.KVM_RING, GuestKind.HOTSET, FULL_SPEED, 2);
        try (SimulatedVm vm = SimulatedVm.boot(spec)) {
            Moves.assertVerified(Moves.move(vm, Moves.patient()));
        }
    }

    /**
     * Never says of one page that it is dirty, from when it was written again after the destination got it: it was dirty at a
     * sync, and not to be sent before and after the sync before that.
     */
    private static final class Forgetful implements DirtyLog, AutoCloseable {
        private final DirtyLog log;
        private final long pages;
        private final long fromPage;
        private final PageBitmap notYetSent;
        private long forgotten = -1;

        Forgetful(DirtyLog log, GuestMemory memory) {
            this.log = log;
            this.pages = memory.pages();
            this.notYetSent = new PageBitmap(pages);
            this.fromPage = memory.blocks().getFirst().pages() / 8; // where no guest keeps anything for itself
        }

        @Override
        public void start() {
            log.start();
        }

        @Override
        public long sync(PageBitmap pending) {
            try (PageBitmap found = new PageBitmap(pages)) {
                long count = log.sync(found);
                for (long page = fromPage; page < pages && forgotten < 0; page++) {
                    boolean arrived = !pending.contains(page) && !notYetSent.contains(page);
                    forgotten = arrived && found.contains(page) ? page : -1;
                }
                if (forgotten >= 0) {
                    found.remove(forgotten, 1);
                }
                pending.addAll(found);
                notYetSent.clear();
                notYetSent.addAll(pending);
                return count;
            }
        }

        @Override
        public void stop() {
            log.stop();
        }

        @Override
        public void close() {
            notYetSent.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"KVM, KVM_LOG", "KVM, KVM_RING", "NATIVE, PAGEMAP"})
    void aPageThatTheLogForgetsIsFoundByTheComparisonAndByTheGuest(GuestEngine engine, DirtySource source)
            throws Exception {
        OutgoingResult compared = moveForgetting(engine, source, true);
        assertThat(compared.verification().verdict()).isEqualTo(Verification.Verdict.MISMATCH);
        assertThat(compared.verification().explanation()).contains("1 of", "pages differ from the paused source");

        OutgoingResult unseen = moveForgetting(engine, source, false);
        assertThat(unseen.verification().verdict()).isEqualTo(Verification.Verdict.MISMATCH);
        assertThat(unseen.verification().selfCheck().orElseThrow().summary())
                .containsAnyOf("1 BAD", "not as it was left");
    }

    private static OutgoingResult moveForgetting(GuestEngine engine, DirtySource source, boolean compare)
            throws IOException, InterruptedException {
        VmSpec spec = spec(engine, source, GuestKind.RANDOM_WRITES, 16L << 20, 1);
        Forgetful[] log = new Forgetful[1];
        try (SimulatedVm vm = SimulatedVm.boot(spec, (memory, real) -> log[0] = new Forgetful(real, memory))) {
            OutgoingResult result = Moves.move(vm, Moves.inSeveralPasses(compare));
            assertThat(result.stats().status()).isEqualTo(MigrationStatus.COMPLETED);
            log[0].close();
            assertThat(log[0].forgotten).as("the page that was forgotten").isNotNegative();
            return result;
        }
    }

    @ParameterizedTest
    @CsvSource({"KVM, KVM_LOG", "KVM, KVM_CLEAR", "KVM, KVM_RING", "KVM, PAGEMAP", "NATIVE, PAGEMAP"})
    void afterACancelAndAfterAFailureTheGuestIsAtFullSpeedAndUnlogged(GuestEngine engine, DirtySource source)
            throws Exception {
        try (SimulatedVm vm = SimulatedVm.boot(spec(engine, source, GuestKind.RANDOM_WRITES, FULL_SPEED, 1))) {
            long before = FullSpeed.medianRate(vm.guest());

            OutgoingResult cancelled = Moves.move(vm, Moves.options(16L << 20, Duration.ofMillis(300), true));
            assertThat(cancelled.stats().status()).isEqualTo(MigrationStatus.CANCELLED);
            assertThat(cancelled.sourceCheck().orElseThrow().passed()).isTrue();
            FullSpeed.assertBack(vm, before);

            IncomingOptions tooSmall = new IncomingOptions(1L << 20, Moves.RUN_FOR);
            OutgoingResult failed = Moves.move(vm, Moves.fast(), tooSmall);
            assertThat(failed.stats().status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(failed.sourceCheck().orElseThrow().passed()).isTrue();
            FullSpeed.assertBack(vm, before);
        }
    }
}
