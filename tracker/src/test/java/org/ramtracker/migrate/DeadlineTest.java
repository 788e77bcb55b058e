package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.migrate.Situation.SECOND;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.Decision.Action;

/** {@code max-total-time} and its action. */
class DeadlineTest {
    @ParameterizedTest(name = "{0} ns allowed, {1} ns passed, then {2}: {3}")
    @CsvSource({
        "0,          9223372036854775807, CANCEL,      CONTINUE", // off
        "5000000000, 4999999999,          CANCEL,      CONTINUE",
        "5000000000, 5000000000,          CANCEL,      CANCEL",
        "5000000000, 9223372036854775807, CANCEL,      CANCEL",
        "5000000000, 4999999999,          SWITCH_OVER, CONTINUE",
        "5000000000, 5000000000,          SWITCH_OVER, SWITCH_OVER"
    })
    void actsWhenTheTimeHasPassedAndNotANanosecondEarlier(
            long most, long elapsed, MaxTotalTimeAction wanted, Action action) {
        Decision decision = late(most, elapsed, wanted).decide();
        assertThat(decision.action()).isEqualTo(action);
        assertThat(decision.rule() == ConvergenceRule.MAX_TOTAL_TIME).isEqualTo(action != Action.CONTINUE);
    }

    @Test
    void cancelSaysWhy() {
        assertThat(late(5 * SECOND, 6 * SECOND, MaxTotalTimeAction.CANCEL)
                        .decide()
                        .reason())
                .startsWith("max-total-time of 5000 ms has passed; ");
    }

    @Test
    void restThatFitsAtTheDeadlineIsNotThrownAway() {
        Decision decision = late(SECOND, SECOND, MaxTotalTimeAction.CANCEL)
                .remaining(30_000_000, 100_000_000)
                .decide();
        assertThat(decision.action()).isEqualTo(Action.SWITCH_OVER);
        assertThat(decision.rule()).isEqualTo(ConvergenceRule.DOWNTIME_LIMIT);
    }

    private static Situation late(long most, long elapsed, MaxTotalTimeAction action) {
        return new Situation()
                .tooMuchRemains()
                .elapsed(elapsed)
                .with(MigrationParameter.MAX_TOTAL_TIME, most)
                .with(MigrationParameter.MAX_TOTAL_TIME_ACTION, action == MaxTotalTimeAction.CANCEL ? 0 : 1);
    }
}
