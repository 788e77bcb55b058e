package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;

class AdviceTest {
    @Test
    void switchoverBandwidthIsNamedOnlyWhereALimitHoldsThePassesUp() {
        MigrationParameters limited = MigrationParameters.defaults();
        MigrationParameters unlimited = limited.with(MigrationParameter.MAX_BANDWIDTH, 0L);

        assertThat(Advice.whenStuck(limited)).contains("raise --bandwidth or", "--avail-switchover-bandwidth");
        assertThat(Advice.whenStuck(unlimited))
                .contains("raise --downtime-limit")
                .doesNotContain("bandwidth");
    }
}
