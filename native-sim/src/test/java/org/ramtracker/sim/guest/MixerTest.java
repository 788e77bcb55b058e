package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MixerTest {
    private static final long SEED = 7;

    @Test
    void everyMixedValueCanBeUndone() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 100_000; i++) {
            long value = i < 100 ? i - 50 : random.nextLong();
            assertThat(Mixer.unmix(Mixer.mix(value))).as("seed %d", SEED).isEqualTo(value);
        }
    }

    @Test
    void isTheFinalizerOfSplitMix64() {
        // SplittableRandom(0) returns the finalizer of successive multiples of the golden ratio
        SplittableRandom random = new SplittableRandom(0);
        for (long i = 1; i < 100; i++) {
            assertThat(Mixer.mix(i * Mixer.GOLDEN)).isEqualTo(random.nextLong());
        }
    }

    @Test
    void belowStaysBelow() {
        assertThat(Mixer.below(10, 0)).isZero();
        assertThat(Mixer.below(10, -1)).isEqualTo(9);
        assertThat(Mixer.below(1, -1)).isZero();
    }
}
