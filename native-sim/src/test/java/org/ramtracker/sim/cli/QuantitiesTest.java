package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({
        "4096, 4096",
        "512M, 536870912",
        "512m, 536870912",
        "512MiB, 536870912",
        "1.5G, 1610612736",
        "2T, 2199023255552",
        "1P, 1125899906842624",
        "64K, 65536",
        "7b, 7",
        "0.0009765625K, 1",
        "0.999999999999999999999999999999P, 1125899906842623"
    })
    void sizesHaveBinarySuffixesAsInQemu(String text, long bytes) {
        assertThat(Quantities.sizeBytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "100M, 104857600",
        "100M/s, 104857600",
        "0, 0",
        "10Gbit, 1250000000",
        "500Mbit, 62500000",
        "500mbit/s, 62500000",
        "8bit, 1",
        "1.5Gbit, 187500000",
        "0.1Tbit, 12500000000",
        "15bit, 1"
    })
    void ratesAreBinaryBytesOrDecimalBits(String text, long bytesPerSecond) {
        assertThat(Quantities.rateBytesPerSecond(text)).isEqualTo(bytesPerSecond);
    }

    @ParameterizedTest
    @CsvSource({"300ms, 300000000", "2s, 2000000000", "500us, 500000", "1m, 60000000000", "0, 0", "0.5s, 500000000"})
    void durationsCarryTheirUnit(String text, long nanos) {
        assertThat(Quantities.durationNanos(text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1", "12 M", "1,5G", "10MB", "10X", "99999999P", "10Gbit"})
    void refusalsOfSizesNameWhatWasTypedAndGiveAnExampleInOneLine(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantities.sizeBytes(text))
                .withMessageContaining("size '" + text + "'")
                .withMessageContaining("like 512M")
                .withMessageNotContaining("\n");
    }

    @Test
    void aDurationWithoutAUnitIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantities.durationNanos("300"))
                .withMessage("duration '300' has no unit: write a number with ns, us, ms, s or m, like 300ms or 2s");
    }
}
