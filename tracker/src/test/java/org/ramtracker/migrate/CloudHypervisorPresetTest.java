package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.migrate.Situation.MS;
import static org.ramtracker.migrate.Situation.SECOND;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.Decision.Action;

/** Between passes only: {@code R / B_lastpass <= 300 ms}; after an hour cancel, or stop anyway. */
class CloudHypervisorPresetTest {
    private final Situation situation = Situation.of("cloud-hypervisor");

    /** A pass that sent so much in so long, and the sync after it. */
    private Decision afterPass(long sentBytes, long nanos, long foundBytes) {
        situation
                .remaining(0, 1)
                .set(MigrationCounter.PASS_TRANSFERRED, sentBytes)
                .set(MigrationCounter.PASS_TIME, nanos)
                .judge();
        return situation.synced(foundBytes / 4096).judge();
    }

    @ParameterizedTest(name = "{0} bytes in {1} ms, then {2} bytes: {3}")
    @CsvSource({
        // 1 GB/s: 300 ms are 300,003,328 bytes of whole pages
        "1000000000, 1000, 299999232, SWITCH_OVER",
        "1000000000, 1000, 300003328, CONTINUE",
        // half as fast: half as much
        "1000000000, 2000, 149999616, SWITCH_OVER",
        "1000000000, 2000, 150003712, CONTINUE"
    })
    void restHasToFitAtTheRateOfTheLastPass(long sent, long millis, long found, Action action) {
        assertThat(afterPass(sent, millis * MS, found).action()).isEqualTo(action);
    }

    @Test
    void rateIsThatOfTheLastPassNotOfTheOneBefore() {
        assertThat(afterPass(1_000_000_000, SECOND, 600_000_000).action()).isEqualTo(Action.CONTINUE);
        assertThat(afterPass(600_000_000, 100 * MS, 600_000_000).action()).isEqualTo(Action.SWITCH_OVER);
    }

    @Test
    void waitingForTheNextSyncIsNoTimeOfThePass() {
        situation
                .remaining(0, 1)
                .set(MigrationCounter.PASS_TRANSFERRED, 4096)
                .set(MigrationCounter.PASS_TIME, MS)
                .judge();
        situation.set(MigrationCounter.PASS_TIME, 10 * MS).judge();

        Decision decision = situation.synced(300).judge();

        assertThat(decision.action()).isEqualTo(Action.SWITCH_OVER); // 300 pages at a page a millisecond
        assertThat(situation.synced(301).judge().action()).isEqualTo(Action.CONTINUE);
    }

    @Test
    void firstPassHasNoEstimateAndTheMiddleOfAPassIsNotAsked() {
        assertThat(situation.remaining(4096, 1_000_000_000).judge().action()).isEqualTo(Action.CONTINUE);
        afterPass(1_000_000_000, SECOND, 400_000_000);

        Decision middle = situation
                .remaining(4096, 1_000_000_000)
                .set(MigrationCounter.PASS_TRANSFERRED, 399_995_904)
                .judge();

        assertThat(middle.action()).isEqualTo(Action.CONTINUE);
    }

    @Test
    void nothingFoundIsTheEnd() {
        assertThat(afterPass(1_000_000_000, SECOND, 0).action()).isEqualTo(Action.SWITCH_OVER);
    }

    @ParameterizedTest
    @CsvSource({"CANCEL, CANCEL", "SWITCH_OVER, SWITCH_OVER"})
    void afterAnHourItIsCancelledOrStoppedAnyway(MaxTotalTimeAction wanted, Action action) {
        situation.tooMuchRemains().with(MigrationParameter.MAX_TOTAL_TIME_ACTION, wanted.value());
        assertThat(situation.elapsed(3600 * SECOND - 1).judge().action()).isEqualTo(Action.CONTINUE);
        assertThat(situation.elapsed(3600 * SECOND).judge().action()).isEqualTo(action);
    }
}
