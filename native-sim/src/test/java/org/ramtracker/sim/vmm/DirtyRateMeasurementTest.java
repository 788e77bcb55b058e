package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.memory.PageSize;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.guest.GuestStats;
import org.ramtracker.sim.monitor.DirtyRateInfo;
import org.ramtracker.sim.monitor.DirtyRateInfo.Status;
import org.ramtracker.sim.monitor.DirtyRateRequest;
import org.ramtracker.sim.monitor.DirtyRateRequest.Mode;
import org.ramtracker.sim.monitor.MonitorException;

class DirtyRateMeasurementTest {
    private static final long RAM_BYTES = 48L << 20;
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_795_000_000L), ZoneOffset.UTC);

    private final DirtyRateMeasurement measurement = new DirtyRateMeasurement(CLOCK);
    private SimulatedVm vm;

    /** Writes every page once before it writes one again, so that the pages it dirties are the pages it writes. */
    @BeforeEach
    void boot() throws Exception {
        GuestSpec sweep = new GuestSpec(GuestKind.SWEEP, 20L << 20, FillKind.ZERO, 1, 1);
        vm = SimulatedVm.boot(new VmSpec(RAM_BYTES, PageSize.KIB_4, sweep));
    }

    @AfterEach
    void shutDown() {
        measurement.close();
        vm.close();
    }

    private DirtyRateMeasurement.Subject subject(boolean hasRing, boolean isMigrating) {
        return new DirtyRateMeasurement.Subject(vm.memory(), vm.log(), hasRing, isMigrating);
    }

    private static DirtyRateRequest request(long millis, int samplePages, Mode mode) {
        return new DirtyRateRequest(millis, TimeUnit.MILLISECONDS, samplePages, mode);
    }

    private DirtyRateInfo measured() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> measurement.info().status() == Status.MEASURED);
        return measurement.info();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"PAGE_SAMPLING", "DIRTY_BITMAP"})
    void rateIsThatOfTheGuest(Mode mode) throws Exception {
        GuestStats before = vm.guest().stats();
        measurement.begin(request(500, 16_384, mode), subject(false, false));
        DirtyRateInfo info = measured();
        double guestRate = vm.guest().stats().bytesPerSecondSince(before) / (double) (1 << 20);

        assertThat((double) info.dirtyRateMebibytesPerSecond().orElseThrow())
                .isBetween(0.6 * guestRate - 2, 1.6 * guestRate + 2);
        assertThat(info.startTimeSeconds()).isEqualTo(1_795_000_000L);
        assertThat(info.request()).contains(request(500, 16_384, mode));
    }

    @Test
    void stoppedGuestDirtiesNothing() throws Exception {
        vm.guest().stop();
        assertThat(vm.guest().awaitDrained(Duration.ofSeconds(10))).isTrue();
        measurement.begin(request(50, 512, Mode.DIRTY_BITMAP), subject(false, false));
        assertThat(measured().dirtyRateMebibytesPerSecond()).hasValue(0);
    }

    @Test
    void aSecondMeasurementIsRefusedWhileOneRuns() throws Exception {
        measurement.begin(request(60_000, 512, Mode.PAGE_SAMPLING), subject(false, false));
        assertThat(measurement.info().status()).isEqualTo(Status.MEASURING);
        assertThat(measurement.info().dirtyRateMebibytesPerSecond()).isEmpty();
        assertThatThrownBy(() -> measurement.begin(request(50, 512, Mode.PAGE_SAMPLING), subject(false, false)))
                .isInstanceOf(MonitorException.class)
                .hasMessage("the dirty rate is already being measured.");
    }

    @Test
    void aMigrationTakesTheLogButLeavesTheSample() throws Exception {
        measurement.begin(request(60_000, 512, Mode.PAGE_SAMPLING), subject(false, false));
        measurement.releaseLog();
        assertThat(measurement.info().status()).isEqualTo(Status.MEASURING);
        measurement.close();
        assertThat(measurement.info().status()).isEqualTo(Status.UNSTARTED);

        measurement.begin(request(60_000, 512, Mode.DIRTY_BITMAP), subject(false, false));
        measurement.releaseLog();
        assertThat(measurement.info().status()).isEqualTo(Status.UNSTARTED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "49    | 512   | PAGE_SAMPLING | false | false | Calculation time is out of range [50ms, 60000ms].",
                "60001 | 512   | PAGE_SAMPLING | false | false | Calculation time is out of range [50ms, 60000ms].",
                "-1    | 512   | DIRTY_BITMAP  | false | false | Calculation time is out of range [50ms, 60000ms].",
                "500   | 127   | PAGE_SAMPLING | false | false | sample-pages is out of range[128, 16384].",
                "500   | 16385 | PAGE_SAMPLING | false | false | sample-pages is out of range[128, 16384].",
                "500   | 512   | DIRTY_RING    | false | false | mode dirty-ring is not enabled, use other method instead.",
                "500   | 512   | DIRTY_BITMAP  | true  | false | mode dirty-bitmap is not enabled, use other method instead.",
                "500   | 512   | DIRTY_BITMAP  | false | true  | mode dirty-bitmap needs the dirty log, which a migration uses; use mode page-sampling or wait"
            })
    void whatCannotBeMeasuredIsRefusedInQemusWords(
            long millis, int samplePages, Mode mode, boolean hasRing, boolean isMigrating, String words) {
        assertThatThrownBy(() -> measurement.begin(request(millis, samplePages, mode), subject(hasRing, isMigrating)))
                .isInstanceOf(MonitorException.class)
                .hasMessage(words);
        assertThat(measurement.info()).isEqualTo(DirtyRateInfo.UNSTARTED);
    }

    @Test
    void rateIsInMebibytesASecond() {
        assertThat(DirtyRateMeasurement.rate(10L << 20, 500_000_000L)).isEqualTo(20);
        assertThat(DirtyRateMeasurement.rate(0, 1)).isZero();
    }
}
