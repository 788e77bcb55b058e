package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.Decision.Action;

/** {@code max-iterations} and {@code max-transfer-factor}. */
class HardStopsTest {
    @ParameterizedTest(name = "at most {0} passes, {1} syncs: {2}")
    @CsvSource({
        "0,  1000000, CONTINUE", // off
        "10, 1,       CONTINUE", // the first pass
        "10, 10,      CONTINUE", // the tenth pass is under way
        "10, 11,      SWITCH_OVER", // the sync after the tenth
        "10, 12,      SWITCH_OVER", // set while a later pass was under way
        "30, 30,      CONTINUE",
        "30, 31,      SWITCH_OVER",
        "1,  2,       SWITCH_OVER"
    })
    void stopsAfterSoManyPasses(long most, long syncs, Action action) {
        Decision decision = new Situation()
                .tooMuchRemains()
                .set(MigrationCounter.DIRTY_SYNC_COUNT, syncs)
                .with(MigrationParameter.MAX_ITERATIONS, most)
                .decide();
        assertThat(decision.action()).isEqualTo(action);
        assertThat(decision.rule())
                .isEqualTo(
                        action == Action.SWITCH_OVER ? ConvergenceRule.MAX_ITERATIONS : ConvergenceRule.DOWNTIME_LIMIT);
    }

    @ParameterizedTest(name = "at most {0} x {1} bytes, {2} sent: {3}")
    @CsvSource({
        "0, 1073741824, 9223372036854775807, CONTINUE", // off
        "3, 1073741824, 3221225471, CONTINUE",
        "3, 1073741824, 3221225472, CONTINUE", // exactly 3 x M does not exceed it
        "3, 1073741824, 3221225473, SWITCH_OVER",
        "1, 4096,       4097,       SWITCH_OVER",
        "2147483647, 4611686018427387904, 9223372036854775807, CONTINUE" // a product too large to count
    })
    void stopsWhenMoreWasSentThanTheFactorAllows(long factor, long ram, long sent, Action action) {
        Decision decision = new Situation()
                .tooMuchRemains()
                .set(MigrationCounter.TOTAL, ram)
                .set(MigrationCounter.TRANSFERRED, sent)
                .with(MigrationParameter.MAX_TRANSFER_FACTOR, factor)
                .decide();
        assertThat(decision.action()).isEqualTo(action);
        assertThat(decision.rule().isForced()).isEqualTo(action == Action.SWITCH_OVER);
    }

    @Test
    void switchoverThatFitsAnywayIsNotCalledForced() {
        Decision decision = new Situation()
                .remaining(1, 1_000_000_000)
                .set(MigrationCounter.DIRTY_SYNC_COUNT, 99)
                .with(MigrationParameter.MAX_ITERATIONS, 1)
                .decide();
        assertThat(decision.rule()).isEqualTo(ConvergenceRule.DOWNTIME_LIMIT);
    }

    @Test
    void decisionSaysWhichDowntimeWasToBeExpectedAndWhichLimitItBreaks() {
        Decision decision = new Situation()
                .tooMuchRemains()
                .set(MigrationCounter.DIRTY_SYNC_COUNT, 11)
                .with(ConvergencePreset.named("treutner").parameters())
                .decide();
        assertThat(decision.rule()).isEqualTo(ConvergenceRule.MAX_ITERATIONS);
        assertThat(decision.expectedDowntimeNanos()).isEqualTo(Situation.SECOND);
        assertThat(decision.downtimeLimitNanos()).isEqualTo(30 * Situation.MS);
    }
}
