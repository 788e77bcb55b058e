package org.ramtracker.dirty;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PageBitmapTest {
    private static final long PAGES = 200;

    private final PageBitmap set = new PageBitmap(PAGES);

    @AfterEach
    void free() {
        set.close();
    }

    @Test
    void addTellsHowManyPagesAreNew() {
        assertThat(set.add(10, 100)).isEqualTo(100);
        assertThat(set.add(100, 20)).isEqualTo(10);
        assertThat(set.add(10, 110)).isZero();
        assertThat(set.count()).isEqualTo(110);
    }

    @Test
    void removeTellsHowManyPagesWereThere() {
        set.add(10, 100);
        assertThat(set.remove(0, 20)).isEqualTo(10);
        assertThat(set.remove(0, 20)).isZero();
        assertThat(set.remove(0, PAGES)).isEqualTo(90);
        assertThat(set.count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 201", "199, 2", "200, 1", "-1, 2", "0, -1", "1, 9223372036854775807"})
    void rangeThatDoesNotExistIsRefusedAndChangesNothing(long firstPage, long pageCount) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> set.add(firstPage, pageCount));
        assertThat(set.count()).isZero();
        set.add(0, PAGES);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> set.remove(firstPage, pageCount));
        assertThat(set.count()).isEqualTo(PAGES);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 200, Long.MAX_VALUE})
    void pageThatDoesNotExistIsNotAskedFor(long page) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> set.contains(page));
    }

    @Test
    void wordIsAddedUpToTheLastPage() {
        assertThat(set.addWord(3, 0xff)).isEqualTo(8);
        assertThat(set.addWord(0, -1)).isEqualTo(64);
        assertThat(set.count()).isEqualTo(72);
    }

    @ParameterizedTest
    @CsvSource({"3, 0x100", "3, -1", "4, 1", "4, 0", "-1, 1"})
    void wordBehindTheLastPageIsRefused(long wordIndex, String mask) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> set.addWord(wordIndex, Long.decode(mask)));
        assertThat(set.count()).isZero();
    }

    @Test
    void wordsCannotBeWrittenBehindTheCount() {
        assertThat(set.words().byteSize()).isEqualTo(4 * 8);
        assertThatThrownBy(() -> set.words().set(JAVA_LONG, 0, 1)).isInstanceOf(RuntimeException.class);
        assertThat(set.count()).isZero();
    }

    @Test
    void wordsWithPagesAreFoundWhateverLiesBetweenThem() {
        try (PageBitmap large = new PageBitmap(1 << 20)) {
            large.add(130, 1);
            large.add(700_000, 100);
            assertThat(large.firstUsedWord(0, 1 << 14)).isEqualTo(2);
            assertThat(large.firstUsedWord(3, 1 << 14)).isEqualTo(700_000 / 64);
            assertThat(large.firstUsedWord(3, 700_000 / 64)).isEqualTo(700_000 / 64);
            assertThat(large.firstUsedWord(700_099 / 64 + 1, 1 << 14)).isEqualTo(1 << 14);
            assertThat(large.firstUsedWord(1 << 14, 1 << 14)).isEqualTo(1 << 14);
        }
    }

    @Test
    void wordIsUsedUntilItsLastPageIsRemoved() {
        set.add(130, 2);
        set.remove(130, 1);
        assertThat(set.firstUsedWord(0, 4)).isEqualTo(2);
        set.remove(131, 1);
        assertThat(set.firstUsedWord(0, 4)).isEqualTo(4);
        set.addWord(3, 1);
        set.clear();
        assertThat(set.firstUsedWord(0, 4)).isEqualTo(4);
    }

    @Test
    void addAllRefusesAnotherPageSpace() {
        try (PageBitmap other = new PageBitmap(PAGES - 1)) {
            assertThatIllegalArgumentException().isThrownBy(() -> set.addAll(other));
        }
    }

    @Test
    void setWithoutPagesIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PageBitmap(0));
    }

    @Test
    void useAfterCloseThrows() {
        set.close();
        set.close();
        assertThatIllegalStateException().isThrownBy(() -> set.add(0, 1));
        assertThatIllegalStateException().isThrownBy(() -> set.contains(0));
    }
}
