package org.ramtracker.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.ramtracker.dirty.PageBitmap;

final class DirtyScannerTest {
    @Test
    void anEmptySetHasNoRun() {
        try (PageBitmap pages = new PageBitmap(1000)) {
            DirtyScanner scanner = new DirtyScanner(pages);
            assertThat(scanner.next(0, 1000)).isFalse();
            assertThat(scanner.runPages()).isZero();
        }
    }

    @Test
    void aFullSetIsOneRun() {
        try (PageBitmap pages = new PageBitmap(100_003)) {
            pages.add(0, 100_003);
            assertRun(pages, 0, 100_003, 0, 100_003);
        }
    }

    @Test
    void runsBeginAndEndAtEveryPlaceInAWord() {
        try (PageBitmap pages = new PageBitmap(400)) {
            for (long first = 0; first < 400; first++) {
                for (long count = 1; count <= 400 - first; count += 1 + count / 3) {
                    pages.add(first, count);
                    assertRun(pages, 0, 400, first, count);
                    pages.clear();
                }
            }
        }
    }

    @Test
    void aRunIsCutOffWhereTheRangeBeginsAndEnds() {
        try (PageBitmap pages = new PageBitmap(400)) {
            pages.add(0, 400);
            assertRun(pages, 3, 5, 3, 2);
            assertRun(pages, 63, 65, 63, 2);
            assertRun(pages, 64, 128, 64, 64);
            assertRun(pages, 1, 399, 1, 398);
        }
    }

    @Test
    void pagesOutsideTheRangeAreNotFound() {
        try (PageBitmap pages = new PageBitmap(400)) {
            pages.add(0, 100);
            pages.add(130, 270);
            assertThat(new DirtyScanner(pages).next(100, 130)).isFalse();
        }
    }

    @Test
    void anEmptyRangeHasNoRun() {
        try (PageBitmap pages = new PageBitmap(128)) {
            pages.add(0, 128);
            assertThat(new DirtyScanner(pages).next(0, 0)).isFalse();
            assertThat(new DirtyScanner(pages).next(64, 64)).isFalse();
            assertThat(new DirtyScanner(pages).next(128, 128)).isFalse();
        }
    }

    @Test
    void aRangeBeyondTheSetThrows() {
        try (PageBitmap pages = new PageBitmap(100)) {
            DirtyScanner scanner = new DirtyScanner(pages);
            assertThatThrownBy(() -> scanner.next(0, 101)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> scanner.next(-1, 100)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> scanner.next(2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    private static void assertRun(PageBitmap pages, long fromPage, long toPage, long firstPage, long runPages) {
        DirtyScanner scanner = new DirtyScanner(pages);
        assertThat(scanner.next(fromPage, toPage)).isTrue();
        assertThat(scanner.runFirstPage()).isEqualTo(firstPage);
        assertThat(scanner.runPages()).isEqualTo(runPages);
    }
}
