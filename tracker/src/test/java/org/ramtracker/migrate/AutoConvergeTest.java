package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.migrate.Situation.SECOND;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.Decision.Action;

/** QEMU's throttling, step by step. Pages of 4096 bytes, so 100 pages dirty and 819,200 bytes sent are exactly 50 %. */
class AutoConvergeTest {
    private static final long SENT_BYTES = 819_200;

    @ParameterizedTest(name = "{0} pages dirtied: too much is {1}")
    @CsvSource({
        "0, false", // nothing dirtied
        "100, false", // exactly the threshold
        "101, true"
    })
    void periodIsHighWhenMoreThanTheThresholdWasDirtied(long pages, boolean high) {
        assertThat(period(new RuleMemory(0, 0, 0), on(), pages).memory().highPeriods())
                .isEqualTo(high ? 1 : 0);
    }

    @Test
    void everySecondHighPeriodIsAStepUpToTheHardestThrottle() {
        assertThat(throttles(on(), 20, 101))
                .containsExactly(0, 20, 20, 30, 30, 40, 40, 50, 50, 60, 60, 70, 70, 80, 80, 90, 90, 99, 99, 99);
    }

    @Test
    void highPeriodsNeedNotFollowEachOther() {
        Decision high = period(RuleMemory.none(), on(), 101);
        Decision low = period(high.memory(), on(), 100);
        assertThat(low.throttlePercent()).isZero();
        assertThat(period(low.memory(), on(), 101).throttlePercent()).isEqualTo(20);
    }

    @Test
    void samePeriodCountsOnce() {
        Decision first = period(RuleMemory.none(), on(), 101);
        Decision again =
                situation(1, 101).remembering(first.memory()).with(on()).decide();
        assertThat(again.memory()).isEqualTo(first.memory());
    }

    @Test
    void initialThrottleIncrementAndMaximumAreTheOperators() {
        MigrationParameters wanted = on().with(MigrationParameter.CPU_THROTTLE_INITIAL, 5)
                .with(MigrationParameter.CPU_THROTTLE_INCREMENT, 40)
                .with(MigrationParameter.MAX_CPU_THROTTLE, 60);
        assertThat(throttles(wanted, 8, 101)).containsExactly(0, 5, 5, 45, 45, 60, 60, 60);
    }

    @ParameterizedTest(name = "throttle {0}, {1} pages dirtied: {2}")
    @CsvSource({
        // c = 100 - throttle; the step is at most c - floor(c x 100 pages / dirty pages), and at most 10
        "20, 101, 21", // 80 - floor(79.2) = 1
        "20, 104, 24", // 80 - floor(76.9) = 4
        "20, 110, 28", // 80 - floor(72.7) = 8
        "20, 114, 30", // 80 - floor(70.1) = 10
        "20, 200, 30", // 80 - 40 = 40, but 10 at most
        "90, 101, 91", // 10 - floor(9.9) = 1
        "98, 1000000, 99" // 2 - 0 = 2, but 99 at most
    })
    void tailslowMakesNoLargerStepThanIsNeeded(int throttle, long pages, int next) {
        MigrationParameters wanted = on().with(MigrationParameter.CPU_THROTTLE_TAILSLOW, true);
        assertThat(period(new RuleMemory(0, 1, throttle), wanted, pages).throttlePercent())
                .isEqualTo(next);
    }

    @Test
    void amountsTooLargeToCountThrottleAllTheSame() {
        MigrationParameters wanted = on().with(MigrationParameter.CPU_THROTTLE_TAILSLOW, true);
        Decision decision = situation(1, Long.MAX_VALUE)
                .set(MigrationCounter.PERIOD_TRANSFERRED, Long.MAX_VALUE)
                .remembering(new RuleMemory(0, 1, 20))
                .with(wanted)
                .decide();
        // All that can be counted against half of it: 80 - 39 = 41 by the formula, 10 by the increment.
        assertThat(decision.throttlePercent()).isEqualTo(30);
    }

    @Test
    void guestThatSendsNothingButDirtiesIsThrottledToo() {
        assertThat(situation(1, 1)
                        .set(MigrationCounter.PERIOD_TRANSFERRED, 0)
                        .remembering(new RuleMemory(0, 1, 0))
                        .with(on())
                        .decide()
                        .throttlePercent())
                .isEqualTo(20);
    }

    @Test
    void turningItOffLiftsTheThrottleAtOnceAndALowerMaximumLowersIt() {
        RuleMemory throttled = new RuleMemory(7, 1, 60);
        assertThat(situation(7, 101)
                        .remembering(throttled)
                        .with(on().with(MigrationParameter.MAX_CPU_THROTTLE, 35))
                        .decide()
                        .memory())
                .isEqualTo(new RuleMemory(7, 1, 35));
        assertThat(situation(7, 101)
                        .remembering(throttled)
                        .with(MigrationParameters.defaults())
                        .decide()
                        .throttlePercent())
                .isZero();
    }

    @ParameterizedTest(name = "throttle {0}, sync {1}, {2} ns ago: {3}")
    @CsvSource({
        "20, 2, 4999999999, CONTINUE",
        "20, 2, 5000000000, SYNC",
        "20, 1, 9000000000, CONTINUE", // the first pass sends everything anyway
        "0,  2, 9000000000, CONTINUE" // not throttled
    })
    void throttledGuestsLogIsSyncedEveryFiveSeconds(int throttle, long syncs, long passNanos, Action action) {
        Decision decision = situation(3, 0)
                .set(MigrationCounter.DIRTY_SYNC_COUNT, syncs)
                .set(MigrationCounter.PASS_TIME, passNanos)
                .remembering(new RuleMemory(3, 0, throttle))
                .with(on())
                .decide();
        assertThat(decision.action()).isEqualTo(action);
    }

    @ParameterizedTest(name = "syncs {0} ns apart: {1} periods")
    @CsvSource({"1000000000, 1", "1000000001, 2"})
    void periodsAreMoreThanAThousandMillisecondsLong(long apart, long periods) {
        DirtyRateMeter meter = new DirtyRateMeter(0, 0);
        meter.onSync(2 * SECOND, 7, 1000);
        meter.onSync(2 * SECOND + apart, 9, 1500);
        assertThat(meter.periods()).isEqualTo(periods);
        assertThat(meter.periodPages()).isEqualTo(periods == 1 ? 7 : 9);
        assertThat(meter.periodBytes()).isEqualTo(periods == 1 ? 1000 : 500);
    }

    private static MigrationParameters on() {
        return ConvergencePreset.named("qemu-autoconverge").parameters();
    }

    private static Situation situation(long periods, long dirtyPages) {
        return new Situation()
                .tooMuchRemains()
                .set(MigrationCounter.DIRTY_PERIODS, periods)
                .set(MigrationCounter.PERIOD_DIRTY, dirtyPages)
                .set(MigrationCounter.PERIOD_TRANSFERRED, SENT_BYTES);
    }

    private static Decision period(RuleMemory before, MigrationParameters wanted, long dirtyPages) {
        return situation(before.judgedPeriods() + 1, dirtyPages)
                .remembering(before)
                .with(wanted)
                .decide();
    }

    private static List<Integer> throttles(MigrationParameters wanted, int periods, long dirtyPages) {
        List<Integer> throttles = new ArrayList<>();
        RuleMemory memory = RuleMemory.none();
        for (int i = 0; i < periods; i++) {
            memory = period(memory, wanted, dirtyPages).memory();
            throttles.add(memory.throttlePercent());
        }
        return throttles;
    }
}
