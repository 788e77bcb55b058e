package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.migrate.Situation.MS;
import static org.ramtracker.migrate.Situation.SECOND;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.Decision.Action;

/** The limit rises in ten steps from 50 to 500 ms, one every 75 s for each GiB; 800 s for each GiB in all. */
class NovaPresetTest {
    private final Situation situation = Situation.of("nova").tooMuchRemains();

    @ParameterizedTest(name = "step {0}: {1} ms")
    @CsvSource({
        "0, 50", "1, 95", "2, 140", "3, 185", "4, 230", "5, 275", "6, 320", "7, 365", "8, 410", "9, 455", "10, 500",
        "11, 500"
    })
    void limitRisesByStepsEachSeventyFiveSecondsForAGib(long step, long limitMillis) {
        long at = step * 75 * SECOND;
        assertThat(situation.elapsed(at).judge().downtimeLimitNanos()).isEqualTo(limitMillis * MS);
        long before = Math.max(50, Math.min(limitMillis, 50 + 45 * (step - 1)));
        assertThat(situation.elapsed(Math.max(0, at - 1)).judge().downtimeLimitNanos())
                .isEqualTo(before * MS);
    }

    @ParameterizedTest(name = "{0} bytes: first step at {1} s, end at {2} s")
    @CsvSource({"4294967296, 300, 3200", "536870912, 37.5, 400"})
    void delayGoesWithTheRam(long ram, double firstStepSeconds, double endSeconds) {
        situation.set(MigrationCounter.TOTAL, ram);
        assertThat(situation
                        .elapsed((long) (firstStepSeconds * SECOND) - 1)
                        .judge()
                        .downtimeLimitNanos())
                .isEqualTo(50 * MS);
        assertThat(situation.elapsed((long) (firstStepSeconds * SECOND)).judge().downtimeLimitNanos())
                .isEqualTo(95 * MS);
        assertThat(situation.elapsed((long) (endSeconds * SECOND) - 1).judge().action())
                .isEqualTo(Action.CONTINUE);
        assertThat(situation.elapsed((long) (endSeconds * SECOND)).judge().action())
                .isEqualTo(Action.CANCEL);
    }

    @Test
    void endIsForcedIfThatIsWanted() {
        situation
                .with(MigrationParameter.MAX_TOTAL_TIME_ACTION, MaxTotalTimeAction.SWITCH_OVER.value())
                .elapsed(800 * SECOND);
        Decision decision = situation.judge();
        assertThat(decision.action()).isEqualTo(Action.SWITCH_OVER);
        assertThat(decision.rule()).isEqualTo(ConvergenceRule.COMPLETION_TIMEOUT);
        assertThat(decision.rule().isForced()).isTrue();
    }

    @ParameterizedTest(name = "{0} ms expected after {1} s: {2}")
    @CsvSource({"50, 0, SWITCH_OVER", "51, 0, CONTINUE", "95, 75, SWITCH_OVER", "96, 75, CONTINUE"})
    void restHasToFitTheStepInForce(long millis, long seconds, Action action) {
        Decision decision = situation
                .remaining(millis * 1_000_000, 1_000_000_000)
                .elapsed(seconds * SECOND)
                .judge();
        assertThat(decision.action()).isEqualTo(action);
        assertThat(decision.rule()).isEqualTo(ConvergenceRule.DOWNTIME_LIMIT);
    }

    @Test
    void anotherDowntimeLimitIsTheLastStep() {
        situation.with(MigrationParameter.DOWNTIME_LIMIT, 100 * MS);
        assertThat(situation.elapsed(0).judge().downtimeLimitNanos()).isEqualTo(10 * MS);
        assertThat(situation.elapsed(75 * SECOND).judge().downtimeLimitNanos()).isEqualTo(19 * MS);
        assertThat(situation.elapsed(750 * SECOND).judge().downtimeLimitNanos()).isEqualTo(100 * MS);
    }
}
