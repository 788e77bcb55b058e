package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.guest.Hosts;

/** One guest, ten destinations that are killed while it is on its way, and one that is not. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class DestinationKilledIT {
    private static final int KILLS = 10;
    private static final long RAM_BYTES = 32L << 20;

    @Test
    void theSourceSurvivesTenKilledDestinationsAndTheEleventhGetsTheGuest() throws Exception {
        long seed = Long.getLong("ramtracker.seed", System.nanoTime());
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        GuestSpec guest = new GuestSpec(GuestKind.HOTSET, 16L << 20, FillKind.RANDOM, seed, 2);
        try (SimulatedVm vm = SimulatedVm.boot(new VmSpec(RAM_BYTES, PageSize.KIB_4, guest))) {
            for (int kill = 0; kill < KILLS; kill++) {
                long afterBytes = random.nextLong(RAM_BYTES);
                String where = "seed %d, kill %d after %d bytes".formatted(seed, kill, afterBytes);
                assertSurvives(vm, afterBytes, where);
            }
            assertArrives(vm, "seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"KVM_LOG", "KVM_CLEAR", "KVM_RING", "PAGEMAP"})
    void aGuestOnKvmIsUnloggedAndAtFullSpeedAfterItsDestinationWasKilled(DirtySource source) throws Exception {
        Hosts.require(source);
        GuestSpec guest = new GuestSpec(GuestKind.RANDOM_WRITES, 0, FillKind.RANDOM, 4, 2, GuestEngine.KVM);
        try (SimulatedVm vm = SimulatedVm.boot(new VmSpec(RAM_BYTES, PageSize.KIB_4, guest, source))) {
            long before = FullSpeed.medianRate(vm.guest());
            assertSurvives(vm, RAM_BYTES / 2, source.optionName());
            FullSpeed.assertBack(vm, before);
            assertSurvives(vm, RAM_BYTES / 4, source.optionName());
            FullSpeed.assertBack(vm, before);
        }
    }

    private static void assertSurvives(SimulatedVm vm, long afterBytes, String where) throws Exception {
        Process destination = startDestination();
        try {
            OutgoingMigration migration = OutgoingMigration.to(vm, endpointOf(destination), options(40L << 20));
            CompletableFuture<OutgoingResult> result = run(migration);
            while (!result.isDone() && migration.stats().transferredBytes() < afterBytes) {
                Thread.sleep(1);
            }
            destination.destroyForcibly();
            OutgoingResult failed = result.get(2, TimeUnit.MINUTES);
            assertThat(failed.stats().status()).as(where).isEqualTo(MigrationStatus.FAILED);
            assertThat(failed.errorDescription().orElseThrow()).as(where).doesNotContain("\n");
            SelfCheckResult check = failed.sourceCheck().orElseThrow();
            assertThat(check.passed()).as("%s: %s", where, check.summary()).isTrue();
            assertThat(check.summary()).as(where).doesNotStartWith("0 new steps");
        } finally {
            destination.destroyForcibly();
        }
    }

    private static void assertArrives(SimulatedVm vm, String where) throws Exception {
        Process destination = startDestination();
        try {
            OutgoingResult result = OutgoingMigration.to(vm, endpointOf(destination), options(0))
                    .run();
            assertThat(result.verification().isVerified())
                    .as(
                            "%s: %s %s",
                            where,
                            result.errorDescription(),
                            result.verification().explanation())
                    .isTrue();
            assertThat(destination.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(destination.exitValue()).isZero();
        } finally {
            destination.destroyForcibly();
        }
    }

    private static MigrationOptions options(long bandwidth) {
        return new MigrationOptions(
                ConvergencePolicy.standard(),
                MigrationParameters.defaults().with(MigrationParameter.MAX_BANDWIDTH, bandwidth),
                DuplicateBytes.ZERO,
                true,
                Duration.ofMillis(100),
                Optional.empty());
    }

    private static CompletableFuture<OutgoingResult> run(OutgoingMigration migration) {
        CompletableFuture<OutgoingResult> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                result.complete(migration.run());
            } catch (IOException | InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static Process startDestination() throws IOException {
        return new ProcessBuilder(List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "--add-modules=jdk.incubator.vector",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-jar",
                        Path.of(System.getProperty("ramtracker.jar", "target/ramtracker.jar"))
                                .toString(),
                        "receive",
                        "--listen",
                        "tcp:127.0.0.1:0",
                        "--no-warm-up",
                        "--run-for",
                        "100ms"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Endpoint endpointOf(Process destination) throws IOException {
        BufferedReader lines = destination.inputReader();
        String line = lines.readLine();
        assertThat(line).startsWith("listening on ");
        return Endpoint.parse(line.substring("listening on ".length()));
    }
}
