package org.ramtracker.sim.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgramVersionTest {
    @Test
    void theNumbersAreThoseOfTheBuild() {
        assertThat(ProgramVersion.of("1.22.333-SNAPSHOT"))
                .isEqualTo(new ProgramVersion(1, 22, 333, "ramtracker 1.22.333-SNAPSHOT"));
    }

    @Test
    void aBuildThatHasNoneIsShownAsZeros() {
        assertThat(ProgramVersion.of(null)).isEqualTo(new ProgramVersion(0, 0, 0, "ramtracker (unpackaged)"));
        assertThat(ProgramVersion.of("local")).isEqualTo(new ProgramVersion(0, 0, 0, "ramtracker local"));
    }
}
