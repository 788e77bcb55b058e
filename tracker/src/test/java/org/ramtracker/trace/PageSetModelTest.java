package org.ramtracker.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ramtracker.dirty.PageBitmap;

/** Sets of all densities and shapes come back as they were stored, and no set takes more than the space set apart for it. */
final class PageSetModelTest {
    private static final int[] SIZES = {1, 63, 64, 65, 1000, 4096, 10_007};
    private static final double[] DENSITIES = {0, 0.0005, 0.01, 0.1, 0.3, 0.5, 0.9, 0.999, 1};

    @Test
    void everySetComesBack() {
        for (int pages : SIZES) {
            for (double density : DENSITIES) {
                for (int runMax : new int[] {1, 5, 200}) {
                    check(pages, density, runMax);
                }
            }
        }
    }

    @Test
    void everySecondPageTakesNoMoreThanWords() {
        try (PageBitmap set = new PageBitmap(10_000)) {
            for (long page = 0; page < 10_000; page += 2) {
                set.add(page, 1);
            }
            assertThat(payloadBytes(set)).isLessThanOrEqualTo(8 * 157 + 3);
        }
    }

    @Test
    void pagesTwentyApartTakeAByteEach() {
        try (PageBitmap set = new PageBitmap(20_000)) {
            for (long page = 0; page < 20_000; page += 20) {
                set.add(page, 1);
            }
            assertThat(payloadBytes(set)).isEqualTo(1000);
        }
    }

    @Test
    void wholeMemoryTakesAFewBytes() {
        try (PageBitmap set = new PageBitmap(1 << 20)) {
            set.add(0, 1 << 20);
            assertThat(payloadBytes(set)).isLessThan(8);
        }
    }

    private static int payloadBytes(PageBitmap set) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(PageSetEncoder.payloadBytesMax(set.pages()));
            return new PageSetEncoder(set, arena).encode(target, 0);
        }
    }

    private static void check(int pages, double density, int runMax) {
        String where = "%d pages, density %s, runs up to %d".formatted(pages, density, runMax);
        Random random = new Random(where.hashCode());
        BitSet expected = new BitSet();
        for (int page = 0; page < pages; ) {
            int run = 1 + random.nextInt(runMax);
            if (random.nextDouble() < density) {
                expected.set(page, Math.min(pages, page + run));
            }
            page += run;
        }
        try (PageBitmap set = new PageBitmap(pages);
                PageBitmap back = new PageBitmap(pages);
                Arena arena = Arena.ofConfined()) {
            expected.stream().forEach(page -> set.add(page, 1));
            MemorySegment target = arena.allocate(3 + PageSetEncoder.payloadBytesMax(pages));
            PageSetEncoder encoder = new PageSetEncoder(set, arena);
            int length = encoder.encode(target, 3);
            PageSetDecoder decoder = new PageSetDecoder(Path.of("memory"), pages);
            decoder.reset(target, encoder.encoding(), 3, length);
            decoder.addTo(back);
            assertThat(TraceFixtures.pagesOf(back)).as(where).isEqualTo(expected);
        }
    }
}
