package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SweepProgressTest {
    @Test
    void lineDiffersFromTheOneBeforeAlsoWhileNoForecastEnds() {
        assertThat(SweepProgress.line(10, 72, 3_000_000_000L)).isEqualTo("10 of 72 forecasts after 3 s");
        assertThat(SweepProgress.line(10, 72, 6_100_000_000L)).isEqualTo("10 of 72 forecasts after 6 s");
    }
}
