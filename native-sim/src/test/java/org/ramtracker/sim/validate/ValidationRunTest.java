package org.ramtracker.sim.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.forecast.Forecast.Verdict;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.validate.ValidationCase.LimitedBy;
import org.ramtracker.sim.validate.ValidationRun.Migrated;
import org.ramtracker.sim.vmm.Calibration;
import org.ramtracker.sim.vmm.Endpoint;
import org.ramtracker.sim.vmm.IncomingMigration;
import org.ramtracker.sim.vmm.IncomingOptions;
import org.ramtracker.sim.vmm.Listener;
import org.ramtracker.sim.vmm.VmSpec;

/** Forecast and migration of small guests whose fate is beyond doubt, however busy the machine that runs the test is. */
class ValidationRunTest {
    private static final long MIB = 1L << 20;
    private static final Calibration SOME_MACHINE =
            new Calibration(500 * MIB, 500, 300, 3000, 1_000_000, 5_000_000, 500 * MIB);

    @TempDir
    private Path directory;

    private Listener listener;
    private volatile boolean closed;

    @BeforeEach
    void receiveGuests() throws IOException {
        listener = Listener.open(new Endpoint.Tcp("127.0.0.1", 0));
        Thread.ofPlatform().daemon().name("destination").start(this::receive);
    }

    private void receive() {
        while (!closed) {
            try {
                var ignored = IncomingMigration.fromNext(listener, new IncomingOptions(1L << 30, Duration.ZERO));
            } catch (IOException | InterruptedException e) {
                // a source that cancelled, or the end of the test
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        closed = true;
        listener.close();
    }

    private ValidationResult run(GuestKind kind, long dirtyBytesPerSecond, LimitedBy limitedBy, Migrated migrated)
            throws IOException, InterruptedException {
        long bandwidth = 32 * MIB;
        MigrationParameters parameters = MigrationParameters.defaults()
                .with(MigrationParameter.MAX_BANDWIDTH, limitedBy == LimitedBy.LINK ? 0 : bandwidth)
                .with(MigrationParameter.DOWNTIME_LIMIT, 30_000_000L);
        GuestSpec guest = new GuestSpec(kind, dirtyBytesPerSecond, FillKind.RANDOM, 1, 1);
        ValidationCase of = new ValidationCase(
                0,
                new VmSpec(8 * MIB, PageSize.KIB_4, guest),
                ConvergencePreset.named("qemu"),
                parameters,
                bandwidth,
                limitedBy);
        return new ValidationRun(
                        (Endpoint.Tcp) listener.endpoint(),
                        SOME_MACHINE,
                        directory,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        migrated)
                .run(of);
    }

    @Test
    void guestThatWritesLittleConvergesInBothWorlds() throws IOException, InterruptedException {
        ValidationResult result = run(GuestKind.RANDOM_WRITES, MIB, LimitedBy.MAX_BANDWIDTH, Migrated.BOOTED_AGAIN);

        assertThat(result.verdict()).isEqualTo(Verdict.CONVERGES);
        assertThat(result.isFalse()).as(result.toString()).isFalse();
        assertThat(result.isComparable()).isTrue();
        assertThat(result.actual().downtimeNanos()).isPositive();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void guestThatWritesFasterThanTheLinkCarriesIsGivenUpInBothWorlds() throws IOException, InterruptedException {
        ValidationResult result = run(GuestKind.SWEEP, 512 * MIB, LimitedBy.LINK, Migrated.RUNNING_ON);

        assertThat(result.verdict()).isEqualTo(Verdict.DOES_NOT_CONVERGE);
        assertThat(result.isFalse()).as(result.toString()).isFalse();
        assertThat(result.actual().completed()).isFalse();
        assertThat(result.actual().remainingBytes()).isPositive();
    }
}
