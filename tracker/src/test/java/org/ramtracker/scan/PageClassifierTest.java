package org.ramtracker.scan;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ramtracker.memory.PageSize;

final class PageClassifierTest {
    static Stream<PageSize> pageSizes() {
        return IntStream.rangeClosed(PageSize.SHIFT_MIN, PageSize.SHIFT_MAX).mapToObj(PageSize::new);
    }

    @ParameterizedTest
    @MethodSource("pageSizes")
    void aZeroPageIsADuplicateEitherWay(PageSize pageSize) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = threePages(arena, pageSize, (byte) 0);
            assertThat(classify(memory, pageSize, DuplicateBytes.ZERO)).isZero();
            assertThat(classify(memory, pageSize, DuplicateBytes.ANY)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("pageSizes")
    void aPageOfAnotherByteIsADuplicateOnlyIfAnyByteCounts(PageSize pageSize) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = threePages(arena, pageSize, (byte) 0xfe);
            assertThat(classify(memory, pageSize, DuplicateBytes.ZERO)).isEqualTo(PageClassifier.NORMAL);
            assertThat(classify(memory, pageSize, DuplicateBytes.ANY)).isEqualTo(0xfe);
        }
    }

    @ParameterizedTest
    @MethodSource("pageSizes")
    void aPageThatDiffersInItsFirstOrLastByteIsNormal(PageSize pageSize) {
        try (Arena arena = Arena.ofConfined()) {
            for (long at : new long[] {0, 7, 8, pageSize.bytes() / 2, pageSize.bytes() - 1}) {
                MemorySegment memory = threePages(arena, pageSize, (byte) 0);
                memory.set(JAVA_BYTE, pageSize.bytes() + at, (byte) 1);
                assertThat(classify(memory, pageSize, DuplicateBytes.ZERO)).isEqualTo(PageClassifier.NORMAL);
                assertThat(classify(memory, pageSize, DuplicateBytes.ANY)).isEqualTo(PageClassifier.NORMAL);
            }
        }
    }

    /** The page in the middle is filled with the value, its neighbours with something else. */
    private static MemorySegment threePages(Arena arena, PageSize pageSize, byte value) {
        MemorySegment memory = arena.allocate(3L * pageSize.bytes(), 4096).fill((byte) 0x77);
        memory.asSlice(pageSize.bytes(), pageSize.bytes()).fill(value);
        return memory;
    }

    private static int classify(MemorySegment memory, PageSize pageSize, DuplicateBytes duplicates) {
        return new PageClassifier(pageSize, duplicates).classify(memory, pageSize.bytes());
    }
}
