package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.migrate.Situation.MS;
import static org.ramtracker.migrate.Situation.SECOND;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.Decision.Action;

/** {@code L(t) = L0 * 2^floor(t / T)}. */
class ConvergenceTimeoutTest {
    /** The example of the proposal: 30 ms, doubled each minute. */
    @ParameterizedTest(name = "after {0} ns: {1} ms")
    @CsvSource({
        "0,            30",
        "59999999999,  30", // one nanosecond before a doubling
        "60000000000,  60",
        "119999999999, 60",
        "120000000000, 120",
        "179999999999, 120",
        "180000000000, 240",
        "240000000000, 480",
        "300000000000, 960",
        "360000000000, 1920",
        "419999999999, 1920",
        "420000000000, 3840"
    })
    void limitDoublesExactlyAtEachMultipleOfTheTimeout(long elapsed, long limitMillis) {
        assertThat(limit("liguori", elapsed)).isEqualTo(limitMillis * MS);
    }

    @ParameterizedTest(name = "{0} doublings")
    @CsvSource({
        "38, 8246337208320000000", // 30 ms x 2^38
        "39, 9223372036854775806", // would not fit
        "40, 9223372036854775806",
        "63, 9223372036854775806",
        "64, 9223372036854775806",
        "1000000, 9223372036854775806"
    })
    void doublingsThatOverflowMeanNoLimit(long doublings, long limit) {
        MigrationParameters parameters =
                MigrationParameters.of(0, 30 * MS).with(MigrationParameter.CONVERGENCE_TIMEOUT, MS);
        assertThat(limitOf(parameters, doublings * MS)).isEqualTo(limit);
    }

    @Test
    void downtimeThatIsUnknownFitsNoLimitHoweverLarge() {
        Decision decision = new Situation()
                .remaining(1, 0)
                .elapsed(Long.MAX_VALUE)
                .with(MigrationParameter.CONVERGENCE_TIMEOUT, MS)
                .decide();
        assertThat(decision.action()).isEqualTo(Action.CONTINUE);
    }

    @ParameterizedTest(name = "ceiling {0} ms, after {1} s: {2} ms")
    @CsvSource({
        "0,   4, 480", // none
        "100, 1, 60",
        "100, 2, 100", // stopped between 60 and 120
        "100, 3, 100",
        "240, 3, 240", // exactly a doubling
        "240, 99, 240",
        "20,  0, 30", // below the limit itself: never lowers it
        "20,  5, 30"
    })
    void ceilingStopsTheDoublingAndLowersNothing(long ceilingMillis, long elapsedSeconds, long limitMillis) {
        MigrationParameters parameters = MigrationParameters.of(0, 30 * MS)
                .with(MigrationParameter.CONVERGENCE_TIMEOUT, SECOND)
                .with(MigrationParameter.CONVERGENCE_TIMEOUT_MAX_DOWNTIME, ceilingMillis * MS);
        assertThat(limitOf(parameters, elapsedSeconds * SECOND)).isEqualTo(limitMillis * MS);
    }

    @Test
    void limitOfZeroStaysZeroAndATimeoutOfZeroIsOff() {
        assertThat(limitOf(
                        MigrationParameters.of(0, 0).with(MigrationParameter.CONVERGENCE_TIMEOUT, 1), Long.MAX_VALUE))
                .isZero();
        assertThat(limit("qemu-2011", Long.MAX_VALUE)).isEqualTo(30 * MS);
    }

    @Test
    void switchoverThatOnlyTheRaisedLimitAllowsNamesTheTimeout() {
        Situation situation = new Situation()
                .remaining(60_000_000, 1_000_000_000)
                .with(ConvergencePreset.named("liguori").parameters());
        assertThat(situation.elapsed(60 * SECOND - 1).decide().action()).isEqualTo(Action.CONTINUE);
        Decision decision = situation.elapsed(60 * SECOND).decide();
        assertThat(decision.action()).isEqualTo(Action.SWITCH_OVER);
        assertThat(decision.rule()).isEqualTo(ConvergenceRule.CONVERGENCE_TIMEOUT);
        assertThat(decision.rule().isForced()).isFalse();
    }

    private static long limit(String preset, long elapsedNanos) {
        return limitOf(ConvergencePreset.named(preset).parameters(), elapsedNanos);
    }

    private static long limitOf(MigrationParameters parameters, long elapsedNanos) {
        return ConvergenceTimeout.limitNanos(parameters, parameters.downtimeLimitNanos(), elapsedNanos);
    }
}
