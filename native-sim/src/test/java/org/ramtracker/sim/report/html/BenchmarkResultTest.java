package org.ramtracker.sim.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.sim.report.html.BenchmarkResult.Limit;
import org.ramtracker.sim.report.html.BenchmarkResult.Standing;

class BenchmarkResultTest {
    @ParameterizedTest
    @CsvSource({
        "0.80, 0.30, UNDECIDED",
        "0.81, 0.30, UNDECIDED",
        "0.83, 0.02, REACHED",
        "0.79, 0.02, UNDECIDED",
        "0.29, 3.20, UNDECIDED",
        "0.79, 0.005, MISSED",
        "0.79, NaN, MISSED",
        "0.81, NaN, REACHED"
    })
    void goalWithinTheRangeIsNotDecided(double ratio, double error, Standing standing) {
        assertThat(new Limit("plainRead", ratio, error, OptionalDouble.of(0.8)).standing())
                .isEqualTo(standing);
    }

    @Test
    void nothingIsMissedWithoutAGoal() {
        assertThat(new Limit("plainRead", 0.1, 0, OptionalDouble.empty()).standing())
                .isEqualTo(Standing.REACHED);
    }
}
