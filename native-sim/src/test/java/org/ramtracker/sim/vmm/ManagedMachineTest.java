package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.linux.PagemapScanLog;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.Hosts;
import org.ramtracker.sim.monitor.ShutdownReason;
import tools.jackson.databind.JsonNode;

/** Machines in one process, driven over QMP through every state of a migration. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ManagedMachineTest {
    private static final long MODERATE = 1L << 20;
    private static final long FASTER_THAN_THE_LINK = 256L << 20;
    private static final int CANCELS = 100;
    private static final long DELAY_NANOS_MAX = 60_000_000;

    @TempDir
    private Path directory;

    private DrivenMachine source(long dirtyBytesPerSecond) throws Exception {
        return DrivenMachine.booted(directory, "source", dirtyBytesPerSecond);
    }

    private DrivenMachine destination() throws Exception {
        return DrivenMachine.waiting(directory, "destination");
    }

    private static String errorOf(DrivenMachine machine) throws Exception {
        return machine.qmp.execute("query-migrate").get("error-desc").stringValue();
    }

    private static void assertWhole(DrivenMachine machine) throws Exception {
        JsonNode check = machine.check();
        assertThat(check.get("passed").booleanValue()).as(check.toString()).isTrue();
    }

    /** So slow, and with a limit so low, that it never ends by itself. */
    private static void startEndless(DrivenMachine source, String uri) throws Exception {
        source.set("max-bandwidth", 4L << 20);
        source.set("downtime-limit", 1);
        source.migrate(uri);
        List<String> states = source.qmp.statesUntil("active", "failed");
        assertThat(states).containsExactly("setup", "active");
    }

    private static void unleash(DrivenMachine source) throws Exception {
        source.set("max-bandwidth", 0);
        source.set("downtime-limit", 2000);
    }

    @Test
    void aMigrationGoesThroughEveryStateAndTheGuestArrivesWhole() throws Exception {
        try (DrivenMachine source = source(MODERATE);
                DrivenMachine destination = destination()) {
            assertThat(source.qmp.execute("query-migrate").isEmpty()).isTrue();
            assertThat(destination.qmp.runState()).isEqualTo("inmigrate");
            source.enable("pause-before-switchover");
            unleash(source);
            source.migrate(destination.listen(true));
            List<String> before = source.qmp.statesUntil("pre-switchover", "failed");
            assertThat(source.qmp.runState()).isEqualTo("finish-migrate");
            assertThatThrownBy(() -> source.qmp.execute("cont")).hasMessage("Migration is not finalized yet");
            assertThatThrownBy(() -> source.qmp.execute("migrate-continue", Map.of("state", "device")))
                    .hasMessage("Migration not in expected state: pre-switchover");

            source.qmp.run("migrate-continue", Map.of("state", "pre-switchover"));
            List<String> after = source.qmp.statesUntil("completed", "failed");

            assertThat(before).containsExactly("setup", "active", "pre-switchover");
            assertThat(after).containsExactly("device", "completed");
            assertThat(source.qmp.runState()).isEqualTo("postmigrate");
            assertThat(destination.qmp.statesUntil("completed", "failed"))
                    .containsExactly("setup", "active", "completed");
            assertThat(destination.qmp.runState()).isEqualTo("running");
            assertWhole(destination);
            assertFigures(source.qmp.execute("query-migrate"));
        }
    }

    private static void assertFigures(JsonNode info) {
        JsonNode ram = info.get("ram");
        long pages = ram.get("normal").longValue() + ram.get("duplicate").longValue();
        assertThat(info.get("status").stringValue()).isEqualTo("completed");
        assertThat(ram.get("total").longValue()).isEqualTo(Machine.totalBytes(DrivenMachine.RAM_BYTES));
        assertThat(ram.get("remaining").longValue()).isZero();
        assertThat(pages * ram.get("page-size").longValue())
                .isGreaterThanOrEqualTo(ram.get("total").longValue());
        assertThat(ram.get("dirty-sync-count").longValue()).isGreaterThanOrEqualTo(3);
        assertThat(info.propertyNames())
                .contains("total-time", "setup-time", "downtime", "expected-downtime", "downtime-limit");
    }

    @Test
    void aCancelledMigrationLeavesTheGuestRunningAndTheNextSucceeds() throws Exception {
        try (DrivenMachine source = source(FASTER_THAN_THE_LINK);
                DrivenMachine destination = destination()) {
            startEndless(source, destination.listen(false));
            source.qmp.run("migrate_cancel");
            assertThat(source.qmp.statesUntil("cancelled", "failed")).containsExactly("cancelling", "cancelled");
            assertThat(source.qmp.runState()).isEqualTo("running");
            assertWhole(source);
            List<String> there = destination.qmp.statesUntil("failed");
            assertThat(there).containsExactly("setup", "active", "failed");

            unleash(source);
            source.migrate(destination.listen(true));
            assertThat(source.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(destination.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertWhole(destination);
        }
    }

    @Test
    void aGuestThatArrivesGetsTheDirtyLogThatWasChosenThere() throws Exception {
        Hosts.require(DirtySource.PAGEMAP);
        try (DrivenMachine source = source(MODERATE);
                DrivenMachine destination =
                        DrivenMachine.waiting(directory, "destination", true, Optional.of(DirtySource.PAGEMAP))) {
            source.migrate(destination.listen(true));
            assertThat(source.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(destination.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(destination.machine().simulated().log()).isInstanceOf(PagemapScanLog.class);
            assertWhole(destination);
        }
    }

    @Test
    void aGuestWhoseWritesTheChosenLogDoesNotSeeStaysAtItsSource() throws Exception {
        Optional<DirtySource> blind = Optional.of(DirtySource.KVM_RING);
        try (DrivenMachine source = source(MODERATE);
                DrivenMachine destination = DrivenMachine.waiting(directory, "destination", true, blind)) {
            source.migrate(destination.listen(false));
            assertThat(source.qmp.statesUntil("completed", "failed")).endsWith("failed");
            assertThat(source.qmp.runState()).isEqualTo("running");
            assertThat(destination.qmp.statesUntil("completed", "failed")).endsWith("failed");
            assertThat(errorOf(destination)).contains("kvm-ring does not see what a guest of Java threads writes");
        }
    }

    @Test
    void cancellingWhereNothingMigratesIsHarmless() throws Exception {
        try (DrivenMachine source = source(MODERATE)) {
            assertThat(source.qmp.execute("migrate_cancel").isEmpty()).isTrue();
            assertThatThrownBy(() -> source.qmp.execute("migrate-continue", Map.of("state", "pre-switchover")))
                    .hasMessage("Migration not in expected state: none");
        }
    }

    @Test
    void aSecondMigrationAndNewCapabilitiesAreRefusedWhileOneRuns() throws Exception {
        try (DrivenMachine source = source(FASTER_THAN_THE_LINK);
                DrivenMachine destination = destination()) {
            startEndless(source, destination.listen(false));
            assertThatThrownBy(() -> source.migrate("tcp:127.0.0.1:1"))
                    .hasMessage("There's a migration process in progress");
            assertThatThrownBy(() -> source.enable("auto-converge"))
                    .hasMessage("There's a migration process in progress");
            assertThatThrownBy(source::check).hasMessage("There's a migration process in progress");
        }
    }

    @Test
    void aDestinationThatIsNotThereFailsTheMigrationAndNotTheGuest() throws Exception {
        try (DrivenMachine source = source(MODERATE)) {
            source.migrate("unix:" + directory.resolve("nobody"));
            assertThat(source.qmp.statesUntil("failed")).containsExactly("setup", "failed");
            assertThat(errorOf(source)).contains("nobody");
            assertThat(source.qmp.runState()).isEqualTo("running");
            assertThatThrownBy(() -> source.migrate("rdma:somewhere")).hasMessageContaining("tcp:HOST:PORT");
        }
    }

    @Test
    void aDestinationThatDiesFailsTheMigrationAndTheNextSucceeds() throws Exception {
        try (DrivenMachine source = source(FASTER_THAN_THE_LINK);
                DrivenMachine destination = destination()) {
            try (Listener deaf = Listener.open(new Endpoint.Tcp("127.0.0.1", 0))) {
                source.set("max-bandwidth", 4L << 20);
                source.migrate(deaf.endpoint().toString());
                try (SocketChannel accepted = deaf.accept()) {
                    assertThat(accepted.isConnected()).isTrue();
                }
                assertThat(source.qmp.statesUntil("failed")).startsWith("setup").endsWith("failed");
            }
            assertWhole(source);
            unleash(source);
            source.migrate(destination.listen(true));
            assertThat(source.qmp.statesUntil("completed", "failed")).endsWith("completed");
        }
    }

    @Test
    void aStoppedGuestConvergesAndStaysStoppedAtTheDestination() throws Exception {
        try (DrivenMachine source = source(0);
                DrivenMachine destination = destination()) {
            source.qmp.run("stop");
            long steps = source.steps();
            unleash(source);
            source.migrate(destination.listen(true));
            assertThat(source.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(destination.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(destination.qmp.runState()).isEqualTo("paused");
            assertThat(destination.steps()).isEqualTo(steps);
            destination.qmp.run("cont");
            assertThat(destination.qmp.runState()).isEqualTo("running");
            assertWhole(destination);
        }
    }

    @Test
    void stoppingTheGuestEndsAMigrationThatWouldNotConverge() throws Exception {
        try (DrivenMachine source = source(FASTER_THAN_THE_LINK);
                DrivenMachine destination = destination()) {
            source.set("max-bandwidth", 32L << 20);
            source.set("downtime-limit", 1);
            source.migrate(destination.listen(true));
            List<JsonNode> passes = source.qmp.eventsUntil(
                    event -> event.path("data").path("pass").asInt(0) >= 3);
            assertThat(passes).isNotEmpty();
            assertThat(source.qmp.execute("query-migrate").get("status").stringValue())
                    .isEqualTo("active");

            source.qmp.run("stop");

            assertThat(source.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(destination.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(destination.qmp.runState()).isEqualTo("paused");
            assertWhole(destination);
        }
    }

    @Test
    void theGuestGoesOnToAThirdMachineAndNeverRunsTwice() throws Exception {
        try (DrivenMachine first = source(MODERATE);
                DrivenMachine second = destination();
                DrivenMachine third = DrivenMachine.waiting(directory, "third")) {
            unleash(first);
            first.migrate(second.listen(true));
            assertThat(first.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(second.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThatThrownBy(() -> first.qmp.execute("cont")).hasMessageContaining("runs at its destination");
            assertThatThrownBy(() -> first.migrate("tcp:127.0.0.1:1"))
                    .hasMessage("Can't migrate the vm that was paused due to previous migration");
            long steps = first.steps();

            unleash(second);
            second.migrate(third.listen(true));
            assertThat(second.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(third.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertWhole(third);
            assertThat(first.steps()).isEqualTo(steps);
        }
    }

    @Test
    void afterAMigrationIntoAFileTheGuestMayGoOnAndTheFileCanBeReceived() throws Exception {
        String file = "file:" + directory.resolve("guest");
        try (DrivenMachine source = source(MODERATE);
                DrivenMachine destination = destination()) {
            unleash(source);
            source.migrate(file);
            assertThat(source.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(source.qmp.runState()).isEqualTo("postmigrate");
            source.qmp.run("cont");
            assertWhole(source);
            destination.qmp.run("migrate-incoming", Map.of("uri", file));
            assertThat(destination.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertWhole(destination);
            source.migrate(file);
            assertThat(source.qmp.statesUntil("completed", "failed")).endsWith("completed");
        }
    }

    @Test
    void aMachineThatIsToWaitRunsItsGuestOnlyWhenTold() throws Exception {
        try (DrivenMachine source = DrivenMachine.booted(directory, "source", 0, false)) {
            assertThat(source.qmp.runState()).isEqualTo("prelaunch");
            assertThat(source.steps()).isZero();
            source.qmp.run("cont");
            assertThat(source.qmp
                            .eventsUntil(event -> true)
                            .getFirst()
                            .get("event")
                            .stringValue())
                    .isEqualTo("RESUME");
            assertThat(source.qmp.runState()).isEqualTo("running");
        }
    }

    @Test
    void aDestinationThatIsToWaitKeepsARunningGuestStopped() throws Exception {
        try (DrivenMachine source = source(MODERATE);
                DrivenMachine destination = DrivenMachine.waiting(directory, "destination", false)) {
            unleash(source);
            source.migrate(destination.listen(true));
            assertThat(source.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(destination.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(destination.qmp.runState()).isEqualTo("paused");
        }
    }

    @Test
    void aMachineWithoutAGuestRefusesWhatNeedsOne() throws Exception {
        try (DrivenMachine destination = destination()) {
            assertThatThrownBy(() -> destination.migrate("tcp:127.0.0.1:1"))
                    .hasMessage("Guest is waiting for an incoming migration");
            assertThatThrownBy(destination::check).hasMessage("There is no guest to check");
            String ignored = destination.listen(false);
            assertThatThrownBy(() -> destination.listen(false))
                    .hasMessage("The incoming migration has already been started");
        }
        try (DrivenMachine source = source(MODERATE)) {
            assertThatThrownBy(() -> source.listen(false))
                    .hasMessage("'-incoming' was not specified on the command line");
        }
    }

    @Test
    void whereNoGuestArrivesTheMachineEndsUnlessToldOtherwise() throws Exception {
        try (DrivenMachine patient = destination();
                DrivenMachine other = DrivenMachine.waiting(directory, "other")) {
            speakNonsense(patient.listen(false));
            assertThat(patient.qmp.statesUntil("failed")).endsWith("failed");
            assertThat(patient.qmp.runState()).isEqualTo("inmigrate");
            assertThat(errorOf(patient)).isNotEmpty();
            speakNonsense(other.listen(true));
            assertThat(other.machine().awaitEnd()).isEqualTo(ShutdownReason.HOST_ERROR);
        }
    }

    private static void speakNonsense(String uri) throws IOException {
        try (SocketChannel channel = Connector.connect((Endpoint.Tcp) Endpoint.parse(uri))) {
            int count = channel.write(ByteBuffer.wrap(new byte[64]));
            assertThat(count).isPositive();
        }
    }

    @Test
    void theDirtyRateIsMeasuredWithoutAMigration() throws Exception {
        try (DrivenMachine source = source(MODERATE)) {
            source.qmp.run("calc-dirty-rate", Map.of("calc-time", 50, "calc-time-unit", "millisecond"));
            JsonNode info = source.qmp.execute("query-dirty-rate");
            while (!info.get("status").stringValue().equals("measured")) {
                TimeUnit.MILLISECONDS.sleep(5);
                info = source.qmp.execute("query-dirty-rate", Map.of("calc-time-unit", "millisecond"));
            }
            assertThat(info.get("calc-time").intValue()).isEqualTo(50);
            assertThat(info.get("dirty-rate").longValue()).isNotNegative();
            assertThatThrownBy(() -> source.qmp.execute("calc-dirty-rate", Map.of("calc-time", 61)))
                    .hasMessageContaining("out of range");
        }
    }

    /** With the pause before the switchover no attempt can complete, so cancels land in every state. */
    @Test
    void aHundredCancelsAtRandomPointsHarmNothing() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (DrivenMachine source = source(FASTER_THAN_THE_LINK);
                DrivenMachine destination = destination()) {
            source.enable("pause-before-switchover");
            unleash(source);
            for (int i = 0; i < CANCELS; i++) {
                source.set("max-bandwidth", random.nextBoolean() ? 0 : 64L << 20);
                String uri = destination.listen(false);
                source.migrate(uri);
                TimeUnit.NANOSECONDS.sleep(random.nextLong(DELAY_NANOS_MAX));
                source.qmp.run("migrate_cancel");
                assertThat(source.qmp.statesUntil("cancelled", "failed", "completed"))
                        .as("seed %d, cancel %d", seed, i)
                        .endsWith("cancelling", "cancelled")
                        .doesNotHaveDuplicates();
                assertThat(source.qmp.runState()).isEqualTo("running");
                assertWhole(source);
                hangUp(uri);
                assertThat(destination.qmp.statesUntil("failed", "completed"))
                        .as("seed %d, cancel %d", seed, i)
                        .endsWith("failed");
            }
            source.migrate(destination.listen(true));
            assertThat(source.qmp.statesUntil("pre-switchover", "failed")).endsWith("pre-switchover");
            source.qmp.run("migrate-continue", Map.of("state", "pre-switchover"));
            assertThat(destination.qmp.statesUntil("completed", "failed")).endsWith("completed");
            assertWhole(destination);
        }
    }

    /** A destination that the source never reached waits no longer. */
    private static void hangUp(String uri) {
        try (SocketChannel channel = Connector.connect((Endpoint.Tcp) Endpoint.parse(uri))) {
            channel.shutdownOutput();
        } catch (IOException e) {
            // the source had reached it, and it no longer listens
        }
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        try (DrivenMachine source = source(FASTER_THAN_THE_LINK);
                DrivenMachine destination = destination()) {
            destination.qmp.run("migrate-incoming", Map.of("uri", "unix:" + directory.resolve("migration")));
            startEndless(source, "unix:" + directory.resolve("migration"));
        }
        DrivenMachine.assertNoSockets(directory);
    }
}
