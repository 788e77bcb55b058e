package org.ramtracker.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/** The scanner against {@link BitSet}, which finds runs with {@code nextSetBit} and {@code nextClearBit}. */
final class DirtyScannerModelTest {
    private static final long SEED = Long.getLong("ramtracker.seed", 20261122L);

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    static Stream<MemoryKernels> kernels() {
        return Stream.of(Kernels.scalar(), Kernels.chosen());
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void runsAreThoseOfABitSet(MemoryKernels kernels) {
        for (int round = 0; round < 3_000; round++) {
            int size = 1 + random.nextInt(1 << random.nextInt(1, 15));
            try (PageBitmap pages = new PageBitmap(size, kernels)) {
                BitSet model = fill(pages);
                int from = random.nextInt(size + 1);
                int to = random.nextInt(from, size + 1);
                assertSameRuns(new DirtyScanner(pages), model, from, to);
            }
        }
    }

    private BitSet fill(PageBitmap pages) {
        int size = Math.toIntExact(pages.pages());
        BitSet model = new BitSet(size);
        int longest = 1 << random.nextInt(12);
        for (int i = random.nextInt(60); i > 0; i--) {
            int first = random.nextInt(size);
            int count = random.nextInt(Math.min(longest, size - first) + 1);
            boolean add = random.nextInt(4) != 0;
            long ignored = add ? pages.add(first, count) : pages.remove(first, count);
            model.set(first, first + count, add);
        }
        return model;
    }

    private static void assertSameRuns(DirtyScanner scanner, BitSet model, int from, int to) {
        String where = "range [%d, %d), seed %d".formatted(from, to, SEED);
        long page = from;
        for (int first = model.nextSetBit(from); first >= 0 && first < to; first = model.nextSetBit((int) page)) {
            int end = Math.min(to, model.nextClearBit(first));
            assertThat(scanner.next(page, to)).as(where).isTrue();
            assertThat(scanner.runFirstPage()).as(where).isEqualTo(first);
            assertThat(scanner.runPages()).as(where).isEqualTo(end - first);
            page = end;
        }
        assertThat(scanner.next(page, to)).as(where).isFalse();
    }
}
