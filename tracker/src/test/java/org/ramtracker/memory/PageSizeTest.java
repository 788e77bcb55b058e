package org.ramtracker.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PageSizeTest {
    @ParameterizedTest
    @ValueSource(longs = {4096, 8192, 16384, 65536, 1 << 20, 2 << 20})
    void everyPowerOfTwoFrom4KibTo2MibIsAPageSize(long bytes) {
        assertThat(PageSize.ofBytes(bytes).bytes()).isEqualTo((int) bytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -4096, 0, 1, 2048, 4095, 4097, 12288, 4 << 20, 1L << 44})
    void otherSizesAreRefusedByNumber(long bytes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PageSize.ofBytes(bytes))
                .withMessageContaining(" " + bytes + " ");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 11, 22, 64})
    void shiftsOutsideTheRangeAreRefused(int shift) {
        assertThatIllegalArgumentException().isThrownBy(() -> new PageSize(shift));
    }

    @Test
    void pagesAndBytesConvertBeyond32Bits() {
        assertThat(PageSize.KIB_4.toBytes(1L << 40)).isEqualTo(1L << 52);
        assertThat(PageSize.KIB_4.pageOf((1L << 52) + 4095)).isEqualTo(1L << 40);
        assertThat(PageSize.MIB_2.pageOf((2 << 20) - 1)).isZero();
        assertThat(PageSize.MIB_2.isAligned(4096)).isFalse();
        assertThat(PageSize.MIB_2.isAligned(6L << 30)).isTrue();
    }
}
