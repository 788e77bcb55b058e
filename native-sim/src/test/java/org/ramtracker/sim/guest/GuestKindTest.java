package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GuestKindTest {
    @Test
    void everyNameIsUnderstood() {
        for (GuestKind kind : GuestKind.values()) {
            assertThat(GuestKind.parse(kind.optionName())).isEqualTo(kind);
        }
        for (FillKind fill : FillKind.values()) {
            assertThat(FillKind.parse(fill.optionName())).isEqualTo(fill);
        }
        assertThat(GuestKind.RANDOM_WRITES.optionName()).isEqualTo("random-writes");
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> GuestKind.parse("busy"))
                .hasMessage("no guest is called 'busy'; choose one of idle, sweep, hotset, random-writes, bursty");
        assertThatThrownBy(() -> FillKind.parse(""))
                .hasMessage("no fill is called ''; choose one of zero, random, mixed");
    }

    @Test
    void everyKindButIdleHasADefaultRate() {
        for (GuestKind kind : GuestKind.values()) {
            assertThat(kind.defaultRateBytesPerSecond() == 0).isEqualTo(kind == GuestKind.IDLE);
        }
    }

    @Test
    void sharesOfTheRateAddUp() {
        for (long rate : new long[] {0, 1, 100, 100_000_007, GuestSpec.RATE_BYTES_PER_SECOND_MAX}) {
            GuestSpec spec = new GuestSpec(GuestKind.SWEEP, rate, FillKind.ZERO, 0, 7);
            long sum = LongStream.range(0, 7)
                    .map(thread -> spec.rateBytesPerSecondOf((int) thread))
                    .sum();
            assertThat(sum).isEqualTo(rate);
        }
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new GuestSpec(GuestKind.SWEEP, -1, FillKind.ZERO, 0, 1))
                .hasMessageContaining("-1 bytes/s");
        assertThatThrownBy(() -> new GuestSpec(GuestKind.SWEEP, 0, FillKind.ZERO, 0, 0))
                .hasMessageContaining("0 threads");
    }
}
