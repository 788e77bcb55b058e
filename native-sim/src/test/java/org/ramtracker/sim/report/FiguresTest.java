package org.ramtracker.sim.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.MigrationStats;

class FiguresTest {
    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "4096, 4.0 KiB", "1610612736, 1.5 GiB"})
    void sizesAreBinary(long bytes, String text) {
        assertThat(Figures.size(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "500000, 0.50 ms",
        "30000000, 30 ms",
        "999000000, 999 ms",
        "1230000000, 1.23 s",
        "12300000000, 12.3 s",
        "123000000000, 123 s"
    })
    void durationsKeepThreeDigits(long nanos, String text) {
        assertThat(Figures.duration(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0s", "2000000000, 2s", "1500000000, 1500ms", "30001000, 30001us", "31066123457, 31066123457ns"})
    void exactDurationsAreNotRounded(long nanos, String text) {
        assertThat(Figures.exactDuration(nanos)).isEqualTo(text);
    }

    @Test
    void onePassIsOne() {
        assertThat(Figures.passes(1)).isEqualTo("1 pass");
        assertThat(Figures.passes(2)).isEqualTo("2 passes");
    }

    @Test
    void anUnknownDurationIsAQuestionMark() {
        assertThat(Figures.duration(MigrationStats.UNKNOWN_NANOS)).isEqualTo("?");
    }
}
