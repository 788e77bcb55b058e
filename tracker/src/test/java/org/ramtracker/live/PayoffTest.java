package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Work is left out exactly when the bytes that it saves take less time on the wire than the work itself. */
class PayoffTest {
    private static final long COST_NANOS = 1_000;
    private static final long SAVED_BYTES = 3_000;
    private static final int WINDOW = 10;

    private final Payoff payoff = new Payoff(WINDOW, 0, 0);
    private long nowNanos;
    private long wireBytes;

    /** A window of trials at so many nanoseconds a byte, besides the cost. */
    private void window(long savedBytes, double nanosPerByte) {
        for (int i = 0; i < WINDOW; i++) {
            wireBytes += 1_000;
            nowNanos += COST_NANOS + Math.round(1_000 * nanosPerByte);
            payoff.tried(COST_NANOS, savedBytes, nowNanos, wireBytes);
        }
    }

    @Test
    void slowLinkMakesSavingWorthwhile() {
        window(SAVED_BYTES, 60); // 16 MB/s: 3000 bytes take 180 us
        assertThat(payoff.isOn()).isTrue();
        assertThat(payoff.timesOff()).isZero();
    }

    @Test
    void fastLinkMakesItNot() {
        window(SAVED_BYTES, 0.3); // 3 GB/s: 3000 bytes take 0.9 us, less than the microsecond of work
        assertThat(payoff.isOn()).isFalse();
        assertThat(payoff.timesOff()).isEqualTo(1);
    }

    @Test
    void borderIsWhereBothTakeEquallyLong() {
        window(SAVED_BYTES, 0.334);
        assertThat(payoff.isOn()).isTrue();
        window(SAVED_BYTES, 0.333 - 0.001);
        assertThat(payoff.isOn()).isFalse();
    }

    @Test
    void nothingSavedNeverPays() {
        window(0, 1_000);
        assertThat(payoff.isOn()).isFalse();
    }

    @Test
    void nothingIsJudgedBeforeTheWindowIsFull() {
        for (int i = 0; i < WINDOW - 1; i++) {
            payoff.tried(COST_NANOS, 0, ++nowNanos, 0);
        }
        assertThat(payoff.isOn()).isTrue();
    }

    @Test
    void itIsTriedAgainAfterARest() {
        window(0, 1);
        for (int i = 0; i < Payoff.REST_WINDOWS * WINDOW - 1; i++) {
            payoff.skipped(nowNanos, wireBytes);
            assertThat(payoff.isOn()).isFalse();
        }
        payoff.skipped(nowNanos, wireBytes);
        assertThat(payoff.isOn()).isTrue();
        window(SAVED_BYTES, 60);
        assertThat(payoff.isOn()).isTrue();
    }
}
