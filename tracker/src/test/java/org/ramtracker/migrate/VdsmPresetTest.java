package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.migrate.Situation.MS;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.Decision.Action;

/** The limit rises from pass to pass, exponentially; 42 stalls are the end. */
class VdsmPresetTest {
    private final Situation situation = Situation.of("vdsm").tooMuchRemains();

    @ParameterizedTest(name = "pass {0}: {1} ms")
    @CsvSource({"1, 101", "2, 104", "3, 120", "4, 189", "5, 500", "6, 500", "1000000, 500"})
    void limitRisesFromPassToPass(long pass, long limitMillis) {
        situation.set(MigrationCounter.DIRTY_SYNC_COUNT, pass);
        assertThat(situation.judge().downtimeLimitNanos()).isEqualTo(limitMillis * MS);
    }

    @ParameterizedTest(name = "D = {0} ms, iteration {1}: {2} ms")
    @CsvSource({"30, 0, 7", "30, 4, 30", "1, 0, 1", "0, 0, 0", "2000, 1, 406"})
    void otherLimitsFollowTheSameFormulaAndNeverExceedTheLast(long limit, long iteration, long step) {
        assertThat(StallCount.stepNanos(limit * MS, iteration)).isEqualTo(step * MS);
    }

    @Test
    void abortsAtTheFortySecondStall() {
        situation.synced(100_000).judge();
        for (int stall = 1; stall < 42; stall++) {
            assertThat(situation.synced(100_000).judge().action())
                    .as("stall %d", stall)
                    .isEqualTo(Action.CONTINUE);
        }
        Decision decision = situation.synced(100_000).judge();
        assertThat(decision.action()).isEqualTo(Action.CANCEL);
        assertThat(decision.rule()).isEqualTo(ConvergenceRule.STALLS);
        assertThat(decision.reason()).startsWith("42 syncs left no less to send than an earlier one; ");
    }

    @Test
    void syncThatLeavesLessThanAllBeforeIsNoStallAndIsCountedOnce() {
        for (int pages = 200_000; pages > 199_900; pages--) {
            situation.synced(pages).judge();
            Decision again = situation.judge();
            assertThat(again.action()).isEqualTo(Action.CONTINUE);
        }
    }
}
