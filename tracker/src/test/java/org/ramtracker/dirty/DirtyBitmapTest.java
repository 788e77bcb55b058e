package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DirtyBitmapTest {
    private static final long PAGES = 200;

    private final DirtyBitmap marks = new DirtyBitmap(PAGES);
    private final PageBitmap pending = new PageBitmap(PAGES);

    @AfterEach
    void free() {
        marks.close();
        pending.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 62, 63, 64, 127, 128, 199})
    void markedPageIsHarvestedOnce(long page) {
        marks.mark(page);
        marks.mark(page);
        assertThat(marks.harvestInto(pending)).isOne();
        assertThat(pending.contains(page)).isTrue();
        assertThat(marks.harvestInto(pending)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "200, 0", "0, 1", "0, 64", "63, 2", "1, 126", "64, 64", "130, 70", "0, 200"})
    void markedRangeIsHarvestedAndNothingBeside(long firstPage, long pageCount) {
        marks.mark(firstPage, pageCount);
        assertThat(marks.harvestInto(pending)).isEqualTo(pageCount);
        for (long page = 0; page < PAGES; page++) {
            assertThat(pending.contains(page)).isEqualTo(page >= firstPage && page < firstPage + pageCount);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 200, 201, 255, 256, 1L << 32, Long.MAX_VALUE})
    void pageThatDoesNotExistIsRefused(long page) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> marks.mark(page));
        assertThat(marks.harvestInto(pending)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 201", "199, 2", "200, 1", "-1, 2", "0, -1", "1, 9223372036854775807", "64, 1000"})
    void rangeThatDoesNotExistIsRefusedAsAWhole(long firstPage, long pageCount) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> marks.mark(firstPage, pageCount));
        assertThat(marks.harvestInto(pending)).isZero();
    }

    @Test
    void harvestCountsMarksAlsoOfPagesThatArePending() {
        pending.add(5, 1);
        marks.mark(4, 3);
        assertThat(marks.harvestInto(pending)).isEqualTo(3);
        assertThat(pending.count()).isEqualTo(3);
    }

    @Test
    void harvestIntoAnotherPageSpaceIsRefusedAndTakesNothing() {
        marks.mark(5);
        try (PageBitmap other = new PageBitmap(PAGES + 1)) {
            assertThatIllegalArgumentException().isThrownBy(() -> marks.harvestInto(other));
        }
        assertThat(marks.harvestInto(pending)).isOne();
    }

    @Test
    void harvestThatFailsPutsItsMarksBack() {
        PageBitmap closed = new PageBitmap(PAGES);
        closed.close();
        marks.mark(3);
        marks.mark(130, 70);
        assertThatIllegalStateException().isThrownBy(() -> marks.harvestInto(closed));
        assertThat(marks.harvestInto(pending)).isEqualTo(71);
        assertThat(pending.contains(3)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0})
    void bitmapWithoutPagesIsRefused(long pages) {
        assertThatIllegalArgumentException().isThrownBy(() -> new DirtyBitmap(pages));
    }

    @Test
    void useAfterCloseThrows() {
        marks.close();
        marks.close();
        assertThatIllegalStateException().isThrownBy(() -> marks.mark(0));
        assertThatIllegalStateException().isThrownBy(() -> marks.harvestInto(pending));
    }

    @Test
    void marksOfManyThreadsInOneWordAreAllKept() throws Exception {
        for (int round = 0; round < 200; round++) {
            FutureTask<Void> evens = new FutureTask<>(() -> markEverySecond(0), null);
            Thread.ofPlatform().start(evens);
            markEverySecond(1);
            evens.get();
            assertThat(marks.harvestInto(pending)).isEqualTo(PAGES);
        }
    }

    private void markEverySecond(long from) {
        for (long page = from; page < PAGES; page += 2) {
            marks.mark(page);
        }
    }
}
