package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.ConvergenceRule;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.Switchover;

/** The rules of other systems in the real engine: a guest of 1 GiB that dirties 64 MiB/s in 128 MiB, over 40 MB/s. */
class PresetCoursesTest {
    private static final long PAGES = 1 << 18;
    private static final long SECOND = 1_000_000_000L;
    private static final long MS = 1_000_000L;
    private static final long BANDWIDTH = 40_000_000;
    private static final MadeHistory BUSY = busy();

    private static MadeHistory busy() {
        MadeHistory history = new MadeHistory(PAGES, MadeHistory.EPOCH_NANOS);
        long perEpoch = 32_768 / 40;
        for (int epoch = 0; epoch < 200; epoch++) {
            history.epoch(65_536 + epoch % 40 * perEpoch, perEpoch);
        }
        return history;
    }

    private static Course play(String policy, long bytesPerSecond) {
        ConvergencePreset preset = ConvergencePreset.named(policy);
        return Forecaster.play(ForecastRequest.of(
                        BUSY,
                        preset.parameters().with(MigrationParameter.MAX_BANDWIDTH, 0),
                        LinkModel.of(bytesPerSecond))
                .withPolicy(preset.policy()));
    }

    private static Switchover switchover(Course course) {
        return course.switchover().orElseThrow();
    }

    @Test
    void xenSendsFiveRoundsAndStops() {
        Course course = play("xen", BANDWIDTH);

        assertThat(course.end()).isEqualTo(Course.End.FORCED);
        assertThat(switchover(course).rule()).isEqualTo(ConvergenceRule.MAX_ITERATIONS);
        assertThat(course.moments()).hasSize(6);
    }

    @Test
    void classicXenStopsAtTwentyNineRoundsUnlessThreeTimesTheRamComesFirst() {
        Course course = play("xen-classic", BANDWIDTH);

        assertThat(course.end()).isEqualTo(Course.End.FORCED);
        assertThat(switchover(course).rule()).isIn(ConvergenceRule.MAX_ITERATIONS, ConvergenceRule.MAX_TRANSFER_FACTOR);
        assertThat(course.moments()).hasSizeBetween(18, 30);
    }

    @Test
    void phaulStopsNoLaterThanAfterEightRounds() {
        Course course = play("p.haul", BANDWIDTH);

        assertThat(course.end()).isEqualTo(Course.End.FORCED);
        assertThat(course.moments()).hasSizeBetween(3, 9);
    }

    @Test
    void cloudHypervisorEndsWhereTheRestFitsAndIsCancelledAfterAnHourWhereItNeverDoes() {
        assertThat(play("cloud-hypervisor", 200_000_000).end()).isEqualTo(Course.End.FITTED);

        Course never = play("cloud-hypervisor", BANDWIDTH);

        assertThat(never.converged()).isFalse();
        assertThat(never.stats().elapsedNanos()).isGreaterThanOrEqualTo(3600 * SECOND);
    }

    @Test
    void novaRaisesTheLimitStepByStepUntilItIsCancelled() {
        Course course = play("nova", BANDWIDTH);

        assertThat(course.end()).isEqualTo(Course.End.CANCELLED);
        assertThat(course.stats().elapsedNanos()).isBetween(800 * SECOND, 801 * SECOND);
        assertThat(course.events())
                .extracting(event -> event.downtimeLimitNanos() / MS)
                .containsSubsequence(50L, 95L, 140L, 185L, 230L, 275L, 320L, 365L, 410L, 455L, 500L);
    }

    @Test
    void vdsmAbortsAfterItsStalls() {
        Course course = play("vdsm", BANDWIDTH);

        assertThat(course.end()).isEqualTo(Course.End.CANCELLED);
        assertThat(course.outcome().warningOrReason().orElseThrow()).contains("42 syncs left no less to send");
        assertThat(course.moments()).hasSizeGreaterThan(42);
    }

    @Test
    void kubevirtStopsAtALocalMinimumOnceItIsStalled() {
        Course course = play("kubevirt", BANDWIDTH);

        assertThat(course.end()).isEqualTo(Course.End.FORCED);
        assertThat(switchover(course).rule()).isEqualTo(ConvergenceRule.LOCAL_MINIMUM);
        assertThat(course.stats().elapsedNanos()).isBetween(66 * SECOND, 150 * SECOND);
    }
}
