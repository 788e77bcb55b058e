package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.migrate.Situation.MS;
import static org.ramtracker.migrate.Situation.SECOND;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.Decision.Action;

/** Stall, local minimum, patience, the smoothed bandwidth, and 150 s for each GiB. */
class KubevirtPresetTest {
    private static final long PAGES = 100_000;
    private final Situation situation =
            Situation.of("kubevirt").tooMuchRemains().set(MigrationCounter.WIRE_RATE, 100_000_000);

    private Decision syncAt(double seconds, long pages) {
        return situation.elapsed((long) (seconds * SECOND)).synced(pages).judge();
    }

    @Test
    void noStallBeforeTheLeastIsFortySecondsOld() {
        assertThat(syncAt(10, PAGES).action()).isEqualTo(Action.CONTINUE);
        assertThat(syncAt(49.999, PAGES).action()).isEqualTo(Action.CONTINUE);
        assertThat(syncAt(50, PAGES).action()).isEqualTo(Action.SWITCH_OVER);
    }

    @ParameterizedTest(name = "{0} of 100000 pages: {1}")
    @CsvSource({
        "95999, CONTINUE", // progress
        "96000, SWITCH_OVER", // none, and the least so far
        "100000, SWITCH_OVER",
        "104000, SWITCH_OVER", // near the best
        "104001, CONTINUE" // stalled, but no minimum
    })
    void stalledIsNotFourPercentLessAndMinimumIsNotFourPercentMore(long pages, Action action) {
        syncAt(10, PAGES);
        assertThat(syncAt(50, pages).action()).isEqualTo(action);
    }

    @Test
    void leastOfTheLastFortySecondsDoesNotCountForTheStallButForTheBest() {
        syncAt(10, PAGES);
        syncAt(30, PAGES / 2);
        assertThat(syncAt(50, PAGES).action()).as("stalled, twice the best").isEqualTo(Action.CONTINUE);
        assertThat(syncAt(51, PAGES / 2 + 2000).action())
                .as("progress against 10 s")
                .isEqualTo(Action.CONTINUE);
        assertThat(syncAt(70, PAGES / 2 + 2000).action())
                .as("within 4 % of 30 s")
                .isEqualTo(Action.SWITCH_OVER);
    }

    @Test
    void patienceIsFortySecondsThenTwentyAndRelaxesTheBestToTheLeastOfItsTime() {
        syncAt(10, PAGES);
        assertThat(syncAt(50, 2 * PAGES).action()).as("patience begins").isEqualTo(Action.CONTINUE);
        assertThat(syncAt(60, PAGES * 3 / 2).action()).isEqualTo(Action.CONTINUE);
        assertThat(syncAt(89.999, 2 * PAGES).action()).isEqualTo(Action.CONTINUE);
        assertThat(syncAt(90, 2 * PAGES).action()).as("best is now 150000").isEqualTo(Action.CONTINUE);
        assertThat(syncAt(100, PAGES * 3 / 2 * 105 / 100).action()).isEqualTo(Action.CONTINUE);
        assertThat(syncAt(109.999, 2 * PAGES).action()).isEqualTo(Action.CONTINUE);
        assertThat(syncAt(110, PAGES * 3 / 2 * 105 / 100).action())
                .as("best is now 157500")
                .isEqualTo(Action.SWITCH_OVER);
    }

    @Test
    void relaxedBestIsGoodEnoughWithinTheNextPatience() {
        syncAt(10, PAGES);
        syncAt(50, 2 * PAGES);
        syncAt(60, PAGES * 3 / 2);
        syncAt(90, 2 * PAGES);
        Decision decision = syncAt(91, PAGES * 3 / 2);
        assertThat(decision.action()).isEqualTo(Action.SWITCH_OVER);
        assertThat(decision.rule()).isEqualTo(ConvergenceRule.LOCAL_MINIMUM);
        assertThat(decision.rule().isForced()).isTrue();
    }

    @Test
    void minimumIsOneRightAfterTheSyncOnly() {
        syncAt(10, PAGES);
        syncAt(50, PAGES);
        situation.set(MigrationCounter.PASS_TRANSFERRED, 1);
        assertThat(situation.judge().action()).isEqualTo(Action.CONTINUE);
    }

    @Test
    void bandwidthIsSmoothedASampleASecond() {
        situation.remaining(100_000_000, 100_000_000);
        assertThat(situation.elapsed(0).judge().expectedDowntimeNanos()).isEqualTo(SECOND);
        situation.set(MigrationCounter.WIRE_RATE, 200_000_000);
        assertThat(situation.elapsed(SECOND - 1).judge().expectedDowntimeNanos())
                .isEqualTo(SECOND);
        // 0.4 * 200 + 0.6 * 100 = 140 MB/s
        assertThat(situation.elapsed(SECOND).judge().expectedDowntimeNanos() / MS)
                .isEqualTo(714);
        // 0.4 * 200 + 0.6 * 140 = 164 MB/s
        assertThat(situation.elapsed(2 * SECOND).judge().expectedDowntimeNanos() / MS)
                .isEqualTo(609);
    }

    @Test
    void restThatFitsIsQemusWhateverTheStall() {
        Decision decision = situation.remaining(30_000_000, 100_000_000).judge();
        assertThat(decision.action()).isEqualTo(Action.SWITCH_OVER);
        assertThat(decision.rule()).isEqualTo(ConvergenceRule.DOWNTIME_LIMIT);
    }

    @ParameterizedTest
    @CsvSource({"1073741824, 150", "4294967296, 600"})
    void wholeMigrationHasAHundredAndFiftySecondsForEachGib(long ram, long seconds) {
        situation.set(MigrationCounter.TOTAL, ram);
        assertThat(situation.elapsed(seconds * SECOND - 1).judge().action()).isEqualTo(Action.CONTINUE);
        assertThat(situation.elapsed(seconds * SECOND).judge().action()).isEqualTo(Action.CANCEL);
    }
}
