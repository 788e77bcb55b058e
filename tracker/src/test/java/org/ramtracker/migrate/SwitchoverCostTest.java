package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SwitchoverCostTest {
    @Test
    void firstMeasurementCountsWholeAndLaterOnesByAFourthAtLeast() {
        SwitchoverCost cost = SwitchoverCost.unknown();
        assertThat(cost.isKnown()).isFalse();
        long[] measured = {40, 20, 60, 80, 96, 7};
        long[] learned = {40, 30, 40, 50, 61, 48}; // (40+20)/2, +30/3, +30/4, +46/4, -54/4
        for (int i = 0; i < measured.length; i++) {
            cost = cost.learn(measured[i]);
            assertThat(cost).isEqualTo(new SwitchoverCost(learned[i], i + 1));
        }
        assertThat(cost.isKnown()).isTrue();
    }

    @Test
    void negativeCostIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SwitchoverCost(-1, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SwitchoverCost.unknown().learn(-1));
    }
}
