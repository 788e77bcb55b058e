package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.migrate.Situation.MS;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.Decision.Action;

/** {@code R / B + C <= L}, to the nanosecond. */
class BaseRuleTest {
    @ParameterizedTest(name = "{0} bytes at {1} bytes/s + {2} ns <= {3} ns")
    @CsvSource({
        // exactly equal, and a byte, a byte a second, a nanosecond beyond
        "30000000, 1000000000,       0, 30000000, SWITCH_OVER, 30000000",
        "30000001, 1000000000,       0, 30000000, CONTINUE,    30000001",
        "30000000,  999999999,       0, 30000000, CONTINUE,    30000001",
        "30000000, 1000000000,       0, 29999999, CONTINUE,    30000000",
        // the fixed cost counts
        "20000000, 1000000000, 10000000, 30000000, SWITCH_OVER, 30000000",
        "20000000, 1000000000, 10000001, 30000000, CONTINUE,    30000001",
        // B = 15 GB/s and L = 300 ms: a threshold of B x L = 4.5 GB
        "4500000000, 15000000000,    0, 300000000, SWITCH_OVER, 300000000",
        "4500000001, 15000000000,    0, 300000000, CONTINUE,    300000001",
        // a limit of zero: only nothing fits
        "4096, 1000000000,           0,        0, CONTINUE,    4096",
        "0,    1000000000,           0,        0, SWITCH_OVER, 0",
        // no bandwidth: only nothing fits
        "1,             0,           0, 2000000000000, CONTINUE, 9223372036854775807",
        "0,             0,           0,        0, SWITCH_OVER, 0",
        // nothing is left, so nothing can be gained: whatever the fixed cost
        "0,    1000000000,    40000000, 30000000, SWITCH_OVER, 40000000",
        // too large to count
        "9223372036854775807, 1,     1, 2000000000000, CONTINUE, 9223372036854775807"
    })
    void switchesOverWhenTheExpectedDowntimeIsWithinTheLimit(
            long remaining, long bandwidth, long cost, long limit, Action action, long expected) {
        Decision decision = new Situation()
                .remaining(remaining, bandwidth)
                .set(MigrationCounter.SWITCHOVER_COST, cost)
                .with(MigrationParameter.DOWNTIME_LIMIT, limit)
                .decide();
        assertThat(decision.action()).isEqualTo(action);
        assertThat(decision.expectedDowntimeNanos()).isEqualTo(expected);
        assertThat(decision.downtimeLimitNanos()).isEqualTo(limit);
        assertThat(decision.rule()).isEqualTo(ConvergenceRule.DOWNTIME_LIMIT);
    }

    @ParameterizedTest(name = "{0} bytes remain, {1} are on their way")
    @CsvSource({
        "10000000, 20000000, SWITCH_OVER, 30000000",
        "10000000, 20000001, CONTINUE,    30000001",
        "0,        30000000, SWITCH_OVER, 30000000",
        // nothing is dirty, but waiting still gains something
        "0,        30000001, CONTINUE,    30000001"
    })
    void whatIsOnItsWayCountsLikeWhatRemains(long remaining, long inFlight, Action action, long expected) {
        Decision decision = new Situation()
                .remaining(remaining, 1_000_000_000)
                .set(MigrationCounter.IN_FLIGHT, inFlight)
                .with(MigrationParameter.DOWNTIME_LIMIT, 30 * MS)
                .decide();
        assertThat(decision.action()).isEqualTo(action);
        assertThat(decision.expectedDowntimeNanos()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "measured {0}, the operator''s {1}: {2}")
    @CsvSource({
        "100000000, 0,          CONTINUE,    300000000", // the measured one
        "100000000, 1000000000, SWITCH_OVER, 30000000", // the operator knows that the link can do more
        "0,         1000000000, SWITCH_OVER, 30000000", // and needs no measurement
        "2000000000, 999999999, CONTINUE,    30000001" // or less
    })
    void operatorsBandwidthReplacesTheMeasuredOne(long measured, long operators, Action action, long expected) {
        Decision decision = new Situation()
                .remaining(30_000_000, measured)
                .with(MigrationParameter.DOWNTIME_LIMIT, 30 * MS)
                .with(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, operators)
                .decide();
        assertThat(decision.action()).isEqualTo(action);
        assertThat(decision.expectedDowntimeNanos()).isEqualTo(expected);
    }

    @Test
    void nothingForcesTheEndByDefault() {
        Decision decision = new Situation()
                .tooMuchRemains()
                .elapsed(Long.MAX_VALUE)
                .set(MigrationCounter.DIRTY_SYNC_COUNT, Long.MAX_VALUE)
                .set(MigrationCounter.TRANSFERRED, Long.MAX_VALUE)
                .set(MigrationCounter.DIRTY_PERIODS, 1)
                .set(MigrationCounter.PERIOD_DIRTY, Long.MAX_VALUE)
                .remembering(new RuleMemory(0, 1, 0))
                .decide();
        assertThat(decision.action()).isEqualTo(Action.CONTINUE);
        assertThat(decision.throttlePercent()).isZero();
    }
}
