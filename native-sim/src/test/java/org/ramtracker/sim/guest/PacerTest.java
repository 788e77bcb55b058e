package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.memory.PageSize;

class PacerTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long RATE = 100L << 20;

    private static long stepsOver(Pacer pacer, long fromNanos, long toNanos, long tickNanos) {
        long steps = 0;
        for (long now = fromNanos; now <= toNanos; now += tickNanos) {
            long due = pacer.due(now);
            pacer.use(due);
            steps += due;
        }
        return steps;
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_003, 2_000_000, 9_999_991})
    void anHourOfOddTicksMakesExactlyTheStepsOfAnHour(long tickNanos) {
        long ticks = 3600 * SECOND / tickNanos;
        Pacer pacer = new Pacer(GuestKind.SWEEP, RATE, PageSize.KIB_4, 0);
        long expected = (long) (ticks * tickNanos * (RATE / 4096 / 1e9));
        assertThat(stepsOver(pacer, 0, ticks * tickNanos, tickNanos)).isBetween(expected - 1, expected + 1);
    }

    @Test
    void whoGotNoCpuMakesUpForATenthOfASecondOnly() {
        Pacer pacer = new Pacer(GuestKind.SWEEP, RATE, PageSize.KIB_4, 0);
        assertThat(pacer.due(20 * SECOND)).isEqualTo(RATE / 4096 / 10);
    }

    @Test
    void startsWithoutADebt() {
        assertThat(new Pacer(GuestKind.SWEEP, RATE, PageSize.KIB_4, 7 * SECOND).due(7 * SECOND))
                .isZero();
    }

    @Test
    void stepsThatWereNotMadeStayDue() {
        Pacer pacer = new Pacer(GuestKind.SWEEP, RATE, PageSize.KIB_4, 0);
        long due = pacer.due(SECOND / 100);
        pacer.use(10);
        assertThat(pacer.due(SECOND / 100)).isEqualTo(due - 10);
    }

    @Test
    void burstyWritesTwiceAsFastForHalfOfTheTime() {
        Pacer pacer = new Pacer(GuestKind.BURSTY, RATE, PageSize.KIB_4, 0);
        long tick = 1_000_000;
        assertThat(stepsOver(pacer, 0, SECOND / 2 - tick, tick)).isBetween(RATE / 4096 * 99 / 100, RATE / 4096);
        assertThat(stepsOver(pacer, SECOND / 2, SECOND - tick, tick)).isZero();
        assertThat(stepsOver(pacer, SECOND, 10 * SECOND - tick, tick))
                .isBetween(9 * RATE / 4096 * 99 / 100, 9 * RATE / 4096 + 1);
    }

    @Test
    void burstyGoesOnInItsPhase() {
        Pacer pacer = new Pacer(GuestKind.BURSTY, RATE, PageSize.KIB_4, SECOND / 2 - 1_000_000);
        assertThat(pacer.due(SECOND / 2 - 1)).isBetween(50L, 52L);
        assertThat(pacer.due(SECOND / 2)).isZero();
    }

    @Test
    void withoutALimitEverythingIsDue() {
        assertThat(new Pacer(GuestKind.SWEEP, 0, PageSize.KIB_4, 0).due(1)).isEqualTo(Long.MAX_VALUE);
        Pacer bursty = new Pacer(GuestKind.BURSTY, 0, PageSize.KIB_4, 0);
        assertThat(bursty.due(SECOND / 2 - 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(bursty.due(SECOND / 2)).isZero();
    }

    @Test
    void idleIsNeverDue() {
        assertThat(new Pacer(GuestKind.IDLE, RATE, PageSize.KIB_4, 0).due(SECOND))
                .isZero();
    }

    @Test
    void theFastestRateOfTheLargestTimeDoesNotOverflow() {
        long days = 90L * 24 * 3600 * SECOND;
        Pacer pacer = new Pacer(GuestKind.BURSTY, GuestSpec.RATE_BYTES_PER_SECOND_MAX, PageSize.KIB_4, days);
        assertThat(pacer.due(days + 1_000_000)).isEqualTo(2 * GuestSpec.RATE_BYTES_PER_SECOND_MAX / 4096 / 1000);
    }

    @Test
    void restsAreShortButNotSpinning() {
        assertThat(new Pacer(GuestKind.SWEEP, RATE, PageSize.KIB_4, 0).restNanos())
                .isEqualTo(Pacer.REST_NANOS_MIN);
        assertThat(new Pacer(GuestKind.SWEEP, 4096, PageSize.KIB_4, 0).restNanos())
                .isEqualTo(Pacer.REST_NANOS_MAX);
    }
}
