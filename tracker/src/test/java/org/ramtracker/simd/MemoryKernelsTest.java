package org.ramtracker.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What both implementations promise. */
final class MemoryKernelsTest {
    static Stream<MemoryKernels> implementations() {
        return Stream.of(new ScalarKernels(), new VectorKernels());
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void everyFillByteIsRecognized(MemoryKernels kernels) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = arena.allocate(4096, 64);
            for (int value = 0; value < 256; value++) {
                page.fill((byte) value);
                assertThat(kernels.uniformByte(page, 0, 4096)).isEqualTo(value);
                assertThat(kernels.isZero(page, 0, 4096)).isEqualTo(value == 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void oneBitAnywhereIsSeen(MemoryKernels kernels) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = arena.allocate(4096, 64);
            for (long bit = 0; bit < 4096 * 8; bit++) {
                page.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (1 << bit % 8));
                assertThat(kernels.isZero(page, 0, 4096)).as("bit %d", bit).isFalse();
                assertThat(kernels.uniformByte(page, 0, 4096)).as("bit %d", bit).isEqualTo(MemoryKernels.NOT_UNIFORM);
                page.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void whatLiesAroundTheRangeDoesNotMatter(MemoryKernels kernels) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4096 + 128, 64).fill((byte) 0x5a);
            memory.asSlice(64, 4096).fill((byte) 0);
            assertThat(kernels.isZero(memory, 64, 4096)).isTrue();
            assertThat(kernels.uniformByte(memory, 64, 4096)).isZero();
            assertThat(kernels.isZero(memory, 56, 4096)).isFalse();
            assertThat(kernels.isZero(memory, 72, 4096)).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void everyWordOfARangeIsFoundAndNoneOutsideIt(MemoryKernels kernels) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment words = arena.allocate(200 * Long.BYTES, 64);
            for (long word = 0; word < 200; word++) {
                words.setAtIndex(ValueLayout.JAVA_LONG, word, 1L << word);
                assertThat(kernels.firstNonZeroWord(words, 0, 200)).isEqualTo(word);
                assertThat(kernels.firstNonZeroWord(words, 0, word)).isEqualTo(word);
                assertThat(kernels.firstNonZeroWord(words, word, 200)).isEqualTo(word);
                assertThat(kernels.firstNonZeroWord(words, word + 1, 200)).isEqualTo(200);
                words.setAtIndex(ValueLayout.JAVA_LONG, word, 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void closedMemoryIsNotRead(MemoryKernels kernels) {
        MemorySegment page;
        try (Arena arena = Arena.ofShared()) {
            page = arena.allocate(4096, 64);
        }
        assertThatThrownBy(() -> kernels.isZero(page, 0, 4096)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> kernels.firstNonFullWord(page, 0, 512)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void memoryBeyondTheSegmentIsNotRead(MemoryKernels kernels) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = arena.allocate(4096, 64);
            assertThatThrownBy(() -> kernels.isZero(page, 64, 4096)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> kernels.firstNonZeroWord(page, 0, 513))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
