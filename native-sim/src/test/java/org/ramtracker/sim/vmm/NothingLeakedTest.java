package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.guest.Hosts;

/**
 * Many migrations in one process leave no thread, descriptor, ring or mapping behind: 200 over all kinds of guest and log, and
 * 200 of each kind in the soak.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class NothingLeakedTest {
    private static final int MIGRATIONS = Boolean.getBoolean("ramtracker.soak") ? 200 : 40;
    private static final int WARM_UP = 3;
    /** What the JVM opens and maps for itself now and then; less than one a migration. */
    private static final int NOISE = 12;

    private record Held(long descriptors, long mappings, List<String> ofKernelLogs, List<String> guestThreads) {
        static Held now() throws IOException {
            List<String> files = openFiles();
            List<String> maps = Files.readAllLines(Path.of("/proc/self/maps"));
            return new Held(
                    files.size(),
                    maps.size(),
                    Stream.concat(files.stream(), maps.stream())
                            .filter(name ->
                                    name.contains("kvm") || name.contains("userfault") || name.contains("pagemap"))
                            .toList(),
                    Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .filter(name -> name.startsWith("guest-"))
                            .toList());
        }

        private static List<String> openFiles() throws IOException {
            try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
                return links.map(Held::target).toList();
            }
        }

        private static String target(Path link) {
            try {
                return Files.readSymbolicLink(link).toString();
            } catch (IOException e) {
                return "gone"; // the descriptor by which the directory is read
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"KVM,KVM_LOG", "KVM,KVM_CLEAR", "KVM,KVM_RING", "KVM,PAGEMAP", "NATIVE,PAGEMAP"})
    void migrationsLeaveNothingBehind(GuestEngine engine, DirtySource source) throws Exception {
        Hosts.require(engine);
        Hosts.require(source);
        migrateAndCancel(engine, source, WARM_UP);
        Held before = Held.now();

        migrateAndCancel(engine, source, MIGRATIONS);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(Held.now().guestThreads()).isEmpty());
        Held after = Held.now();
        assertThat(after.ofKernelLogs()).isEmpty();
        assertThat(after.descriptors()).isLessThan(before.descriptors() + NOISE);
        assertThat(after.mappings()).isLessThan(before.mappings() + NOISE);
    }

    /** Every other one is cancelled first, and then succeeds. */
    private static void migrateAndCancel(GuestEngine engine, DirtySource source, int count)
            throws IOException, InterruptedException {
        GuestSpec guest = new GuestSpec(GuestKind.HOTSET, 8L << 20, FillKind.ZERO, 3, 2, engine);
        for (int i = 0; i < count; i++) {
            try (SimulatedVm vm = SimulatedVm.boot(new VmSpec(1L << 20, PageSize.KIB_4, guest, source))) {
                if (i % 2 == 1) {
                    OutgoingResult cancelled = Moves.move(vm, quick(Duration.ofNanos(1)));
                    assertThat(cancelled.stats().status()).isEqualTo(MigrationStatus.CANCELLED);
                }
                Moves.assertVerified(Moves.move(vm, quick(Duration.ZERO), quickIncoming()));
            }
        }
    }

    private static MigrationOptions quick(Duration timeout) {
        MigrationOptions fast = Moves.options(0, timeout, true);
        return new MigrationOptions(
                fast.policy(),
                fast.parameters(),
                fast.duplicates(),
                true,
                quickIncoming().runFor(),
                fast.counters());
    }

    private static IncomingOptions quickIncoming() {
        return new IncomingOptions(1L << 30, Duration.ofMillis(1));
    }
}
