package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.migrate.Decision.Action;

/** {@code xen} and {@code xen-classic}: rounds and pages, and nothing about the bandwidth. */
class XenPresetTest {
    private static final long MANY_PAGES = 100_000;

    @ParameterizedTest(name = "{0} after {1} rounds")
    @CsvSource({"xen, 5", "xen-classic, 29"})
    void stopsAfterTheLastRoundWasSentAndStaysWithIt(String preset, int rounds) {
        Situation situation = Situation.of(preset).tooMuchRemains();
        for (int round = 1; round < rounds; round++) {
            assertThat(situation.judge().action()).as("before round %d", round).isEqualTo(Action.CONTINUE);
            assertThat(situation.sent().judge().action())
                    .as("after round %d", round)
                    .isEqualTo(Action.CONTINUE);
            situation.synced(MANY_PAGES);
        }
        assertThat(situation.judge().action()).as("before the last round").isEqualTo(Action.CONTINUE);
        assertThat(situation.sent().judge().action()).as("after the last round").isEqualTo(Action.SWITCH_OVER);

        Decision last = situation.synced(MANY_PAGES).judge();

        assertThat(last.action()).isEqualTo(Action.SWITCH_OVER);
        assertThat(last.rule()).isEqualTo(ConvergenceRule.MAX_ITERATIONS);
        assertThat(last.rule().isForced()).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1} pages, {2}")
    @CsvSource({"xen, 49, SWITCH_OVER", "xen, 50, CONTINUE", "xen-classic, 49, SWITCH_OVER", "xen-classic, 50, CONTINUE"
    })
    void stopsBeforeARoundOfFewerThanFiftyPages(String preset, long pages, Action action) {
        assertThat(Situation.of(preset).synced(pages).judge().action()).isEqualTo(action);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xen", "xen-classic"})
    void fewPagesLeftOfARoundOfManyAreNoReason(String preset) {
        Situation situation = Situation.of(preset).synced(MANY_PAGES);
        situation.remaining(4096, 1_000_000_000).set(MigrationCounter.PASS_TRANSFERRED, 1);
        assertThat(situation.judge().action()).isEqualTo(Action.CONTINUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xen", "xen-classic"})
    void firstRoundHasAllOfRamWhateverItsSyncFound(String preset) {
        assertThat(Situation.of(preset).tooMuchRemains().judge().action()).isEqualTo(Action.CONTINUE);
    }

    @Test
    void restThatFitsThreeHundredMillisecondsIsNoReasonForXen() {
        Situation situation = Situation.of("xen").synced(50).set(MigrationCounter.WIRE_RATE, 1_000_000_000);
        assertThat(situation.judge().action()).isEqualTo(Action.CONTINUE);
    }

    @Test
    void stopThatFitsTheLimitIsNotCalledForced() {
        Situation slow = Situation.of("xen").synced(49).set(MigrationCounter.WIRE_RATE, 600_000);
        assertThat(slow.judge().rule()).isEqualTo(ConvergenceRule.FEW_DIRTY_PAGES); // 334 ms
        Situation fast = Situation.of("xen").synced(49).set(MigrationCounter.WIRE_RATE, 1_000_000_000);
        assertThat(fast.judge().rule()).isEqualTo(ConvergenceRule.DOWNTIME_LIMIT);
    }

    @ParameterizedTest(name = "{0} bytes sent: {1}")
    @CsvSource({"3221225472, CONTINUE", "3221225473, SWITCH_OVER"})
    void classicStopsBetweenRoundsAfterThreeTimesTheRam(long sent, Action action) {
        Situation situation = Situation.of("xen-classic").synced(MANY_PAGES).set(MigrationCounter.TRANSFERRED, sent);
        assertThat(situation.judge().action()).isEqualTo(action);
        situation.set(MigrationCounter.PASS_TRANSFERRED, 1);
        assertThat(situation.judge().action()).as("in the middle of a round").isEqualTo(Action.CONTINUE);
    }

    @ParameterizedTest(name = "over {0} bytes a second: {1}")
    @CsvSource({"1000000000, MAX_TRANSFER_FACTOR", "10000000000, DOWNTIME_LIMIT"})
    void tooMuchTrafficIsOnlyAForcedStopWhereTheRestDoesNotFit(long bytesPerSecond, ConvergenceRule rule) {
        Situation situation = Situation.of("xen-classic")
                .synced(MANY_PAGES)
                .set(MigrationCounter.TRANSFERRED, 3221225473L)
                .set(MigrationCounter.WIRE_RATE, bytesPerSecond);
        assertThat(situation.judge().rule()).isEqualTo(rule);
    }
}
