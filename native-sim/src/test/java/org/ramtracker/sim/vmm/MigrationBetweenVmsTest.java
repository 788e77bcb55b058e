package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.vmm.IncomingMigration.Mishap;

/** Source and destination in one process, over real sockets and files. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class MigrationBetweenVmsTest {
    private static final Duration RUN_FOR = Duration.ofMillis(50);
    private static final IncomingOptions INCOMING = new IncomingOptions(1L << 30, RUN_FOR);
    private static final long UNLIMITED = 0;

    @TempDir
    private Path directory;

    private static SimulatedVm boot(PageSize pageSize) throws IOException {
        GuestSpec guest = new GuestSpec(GuestKind.HOTSET, 16L << 20, FillKind.MIXED, 1, 2);
        return SimulatedVm.boot(new VmSpec(8L << 20, pageSize, guest));
    }

    private static MigrationOptions options(long bandwidth, Duration timeout) {
        return new MigrationOptions(
                ConvergencePolicy.standard(),
                MigrationParameters.defaults()
                        .with(MigrationParameter.MAX_BANDWIDTH, bandwidth)
                        .with(MigrationParameter.MAX_TOTAL_TIME, timeout.toNanos()),
                DuplicateBytes.ZERO,
                true,
                RUN_FOR,
                Optional.empty());
    }

    private static MigrationOptions fast() {
        return options(UNLIMITED, Duration.ZERO);
    }

    private static CompletableFuture<IncomingResult> receive(Listener listener, Mishap mishap) {
        CompletableFuture<IncomingResult> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                result.complete(IncomingMigration.fromSocket(listener, INCOMING, mishap));
            } catch (IOException | InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static Listener listen() throws IOException {
        return Listener.open(new Endpoint.Tcp("127.0.0.1", 0));
    }

    private static void assertGoesOnHere(OutgoingResult result) {
        SelfCheckResult check = result.sourceCheck().orElseThrow();
        assertThat(check.passed()).as(check.summary()).isTrue();
        assertThat(check.summary()).doesNotStartWith("0 new steps");
    }

    @Test
    void aRunningGuestArrivesEqualAndRunsOn() throws Exception {
        try (SimulatedVm vm = boot(PageSize.KIB_4);
                Listener listener = listen()) {
            CompletableFuture<IncomingResult> destination = receive(listener, Mishap.NONE);

            OutgoingResult result =
                    OutgoingMigration.to(vm, listener.endpoint(), fast()).run();

            assertThat(result.stats().status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(result.verification().isVerified())
                    .as(result.verification().explanation())
                    .isTrue();
            assertThat(destination.join().isGood()).isTrue();
            assertThat(vm.guest().isDrained()).as("the source stays paused").isTrue();
        }
    }

    @Test
    void aPageThatDiffersIsNamedAndTheGuestDoesNotRunThere() throws Exception {
        Mishap flippedByte = memory ->
                memory.find(Machine.RAM).orElseThrow().segment().set(ValueLayout.JAVA_BYTE, 5 * 4096 + 17, (byte) 0x5a);
        try (SimulatedVm vm = boot(PageSize.KIB_4);
                Listener listener = listen()) {
            CompletableFuture<IncomingResult> destination = receive(listener, flippedByte);

            OutgoingResult result =
                    OutgoingMigration.to(vm, listener.endpoint(), fast()).run();

            assertThat(result.verification().verdict()).isEqualTo(Verification.Verdict.MISMATCH);
            assertThat(result.verification().explanation())
                    .contains("block pc.ram: 1 of 2048 pages differ")
                    .contains("page 5 (offset 0x5000)");
            assertThat(destination.join().resumed()).isFalse();
        }
    }

    @Test
    void withoutAComparisonOnlyTheSelfCheckComesBack() throws Exception {
        MigrationOptions defaults = fast();
        MigrationOptions uncompared = new MigrationOptions(
                defaults.policy(), defaults.parameters(), DuplicateBytes.ANY, false, RUN_FOR, Optional.empty());
        try (SimulatedVm vm = boot(PageSize.KIB_4);
                Listener listener = listen()) {
            CompletableFuture<IncomingResult> destination = receive(listener, Mishap.NONE);

            Verification verification = OutgoingMigration.to(vm, listener.endpoint(), uncompared)
                    .run()
                    .verification();

            assertThat(verification.verdict()).isEqualTo(Verification.Verdict.NOT_VERIFIED);
            assertThat(verification.isAcceptable()).isTrue();
            assertThat(verification.selfCheck().orElseThrow().passed()).isTrue();
            assertThat(destination.join().isGood()).isTrue();
        }
    }

    @Test
    void aDestinationThatNeverReportsIsNotTakenForASuccess() {
        Verification unknown = Verification.unknown("the destination did not report");

        assertThat(unknown.isVerified()).isFalse();
        assertThat(unknown.isAcceptable()).isFalse();
    }

    @Test
    void aFileIsReadAgainAndComparedAndCanBeReceivedLater() throws Exception {
        Endpoint.File file = new Endpoint.File(directory.resolve("guest"));
        try (SimulatedVm vm = boot(PageSize.MIB_2)) {
            OutgoingResult result = OutgoingMigration.to(vm, file, fast()).run();

            assertThat(result.verification().isVerified())
                    .as(result.verification().explanation())
                    .isTrue();
            IncomingResult later = IncomingMigration.fromFile(file.path(), INCOMING);
            assertThat(later.isGood()).isTrue();
            assertThat(later.digests()).isEqualTo(result.verification().digests());
        }
    }

    @Test
    void aFileThatCannotBeWrittenLeavesTheGuestHere() throws Exception {
        Endpoint.File nowhere = new Endpoint.File(directory.resolve("no/such/directory/guest"));
        try (SimulatedVm vm = boot(PageSize.KIB_4)) {
            OutgoingResult result = OutgoingMigration.to(vm, nowhere, fast()).run();

            assertThat(result.stats().status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(result.errorDescription().orElseThrow()).contains("there is no directory");
            assertGoesOnHere(result);
        }
    }

    @Test
    void aTruncatedFileIsRefusedInOneLine() throws Exception {
        Endpoint.File file = new Endpoint.File(directory.resolve("guest"));
        try (SimulatedVm vm = boot(PageSize.KIB_4)) {
            OutgoingResult ignored = OutgoingMigration.to(vm, file, fast()).run();
        }
        byte[] whole = Files.readAllBytes(file.path());
        Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> IncomingMigration.fromFile(cut, INCOMING))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(cut.toString())
                .hasMessageNotContaining("\n");
    }

    @Test
    void aGuestLargerThanTheDestinationAllowsGoesOnHereAndTheSourceLearnsWhy() throws Exception {
        try (SimulatedVm vm = boot(PageSize.KIB_4);
                Listener listener = listen();
                var thread = Executors.newSingleThreadExecutor()) {
            IncomingOptions small = new IncomingOptions(1L << 20, RUN_FOR);
            var destination = thread.submit(() -> IncomingMigration.fromSocket(listener, small));

            OutgoingResult result =
                    OutgoingMigration.to(vm, listener.endpoint(), fast()).run();

            assertThat(result.stats().status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(result.errorDescription().orElseThrow()).contains("the limit here is 1048576 bytes");
            assertGoesOnHere(result);
            assertThatThrownBy(destination::get).hasMessageContaining("the limit here is 1048576 bytes");
        }
    }

    @Test
    void afterATimeoutTheGuestGoesOnHereAndTheNextAttemptSucceeds() throws Exception {
        try (SimulatedVm vm = boot(PageSize.KIB_4)) {
            try (Listener listener = listen()) {
                CompletableFuture<IncomingResult> destination = receive(listener, Mishap.NONE);
                MigrationOptions tooSlow = options(64 << 10, Duration.ofMillis(300));

                OutgoingResult late =
                        OutgoingMigration.to(vm, listener.endpoint(), tooSlow).run();

                assertThat(late.stats().status()).isEqualTo(MigrationStatus.CANCELLED);
                assertThat(late.errorDescription().orElseThrow()).startsWith("max-total-time of 300 ms has passed");
                assertGoesOnHere(late);
                assertThatThrownBy(destination::join).hasCauseInstanceOf(IOException.class);
            }
            try (Listener listener = listen()) {
                CompletableFuture<IncomingResult> destination = receive(listener, Mishap.NONE);
                OutgoingResult result =
                        OutgoingMigration.to(vm, listener.endpoint(), fast()).run();
                assertThat(result.verification().isVerified())
                        .as(result.verification().explanation())
                        .isTrue();
                assertThat(destination.join().isGood()).isTrue();
            }
        }
    }

    @Test
    void aSlowReceiverGetsTheWholeGuest() throws Exception {
        try (SimulatedVm vm = boot(PageSize.KIB_4);
                Listener listener = listen();
                SlowLink link = SlowLink.to((Endpoint.Tcp) listener.endpoint(), 20L << 20)) {
            CompletableFuture<IncomingResult> destination = receive(listener, Mishap.NONE);

            OutgoingResult result =
                    OutgoingMigration.to(vm, link.endpoint(), fast()).run();

            assertThat(result.verification().isVerified())
                    .as(
                            "%s %s",
                            result.errorDescription(), result.verification().explanation())
                    .isTrue();
            assertThat(destination.join().isGood()).isTrue();
        }
    }

    @Test
    void aReceiverThatStallsCanBeCancelled() throws Exception {
        try (SimulatedVm vm = boot(PageSize.KIB_4);
                Listener listener = listen()) {
            MigrationOptions impatient = options(UNLIMITED, Duration.ofMillis(500));

            OutgoingResult result =
                    OutgoingMigration.to(vm, listener.endpoint(), impatient).run();

            assertThat(result.stats().status()).isEqualTo(MigrationStatus.CANCELLED);
            assertGoesOnHere(result);
        }
    }
}
