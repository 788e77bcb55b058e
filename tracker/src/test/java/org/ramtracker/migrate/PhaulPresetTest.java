package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.Decision.Action;

/** A round of at most 64 pages, 10 % more than the one before, or the eighth round is the last. */
class PhaulPresetTest {
    private final Situation situation = Situation.of("p.haul").tooMuchRemains();

    /** Sends the first round, and then rounds of so many pages. */
    private Decision rounds(long... pages) {
        situation.judge();
        Decision decision = situation.sent().judge();
        for (long found : pages) {
            assertThat(decision.action()).isEqualTo(Action.CONTINUE);
            assertThat(situation.synced(found).judge().action())
                    .as("p.haul sends a round of %d pages before it looks at it", found)
                    .isEqualTo(Action.CONTINUE);
            decision = situation.sent().judge();
        }
        return decision;
    }

    @ParameterizedTest(name = "{0} pages: {1}")
    @CsvSource({"64, SWITCH_OVER", "65, CONTINUE"})
    void smallRoundIsTheLast(long pages, Action action) {
        assertThat(rounds(pages).action()).isEqualTo(action);
    }

    @ParameterizedTest(name = "{0} pages, then {1}: {2}")
    @CsvSource({
        "1000, 1100, CONTINUE",
        "1000, 1101, SWITCH_OVER",
        "1000, 999, CONTINUE",
        "70, 77, CONTINUE",
        "70, 78, SWITCH_OVER"
    })
    void roundThatGrewByMoreThanTenPercentIsTheLast(long before, long pages, Action action) {
        assertThat(rounds(before, pages).action()).isEqualTo(action);
    }

    @Test
    void growthIsAgainstTheRoundBeforeNotTheSmallest() {
        assertThat(rounds(1000, 1090, 1190).action()).isEqualTo(Action.CONTINUE);
    }

    @Test
    void eighthRoundIsTheLast() {
        assertThat(rounds(900, 890, 880, 870, 860, 850).action()).isEqualTo(Action.CONTINUE);
        assertThat(anotherRound(840).action()).isEqualTo(Action.SWITCH_OVER);
    }

    private Decision anotherRound(long pages) {
        situation.synced(pages).judge();
        return situation.sent().judge();
    }

    @Test
    void wordIsKeptOverTheSyncThatFollowsWhateverItFinds() {
        rounds(10_000, 20_000);

        Decision decision = situation.synced(15_000).judge();

        assertThat(decision.action()).isEqualTo(Action.SWITCH_OVER);
        assertThat(decision.rule()).isEqualTo(ConvergenceRule.DIRTY_GROWTH);
        assertThat(decision.rule().isForced()).isTrue();
    }
}
