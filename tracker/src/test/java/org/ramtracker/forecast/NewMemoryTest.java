package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.dirty.PageBitmap;

class NewMemoryTest {
    private static final int CHUNK_PAGES = 512;
    private static final long PAGES = 3 * CHUNK_PAGES + 100;

    private final PageBitmap zero = new PageBitmap(PAGES);

    @AfterEach
    void close() {
        zero.close();
    }

    private NewMemory memory(int pageBytes) {
        return new NewMemory(new PageKindTable(zero, kinds -> false), pageBytes);
    }

    @Test
    void runPopulatesItsChunkOnce() {
        NewMemory memory = memory(4096);

        assertThat(memory.populateFor(40, 32)).isEqualTo(CHUNK_PAGES);
        assertThat(memory.populateFor(0, CHUNK_PAGES)).isZero();
    }

    @Test
    void runAcrossTwoChunksPopulatesThoseInWhichItIsLongEnough() {
        assertThat(memory(4096).populateFor(CHUNK_PAGES - 32, 33)).isEqualTo(2 * CHUNK_PAGES);
        assertThat(memory(4096).populateFor(CHUNK_PAGES - 31, 64))
                .as("31 and 33")
                .isEqualTo(CHUNK_PAGES);
        assertThat(memory(65_536).populateFor(31, 2))
                .as("one and one, of 64 KiB")
                .isEqualTo(32);
    }

    @Test
    void lastChunkEndsWithTheMemory() {
        assertThat(memory(4096).populateFor(3 * CHUNK_PAGES, 100)).isEqualTo(100);
    }

    @Test
    void runIsPutTogetherOfSeveralOffers() {
        NewMemory memory = memory(4096);

        assertThat(memory.populateFor(1, 31)).isZero();
        assertThat(memory.populateFor(32, 1)).isEqualTo(CHUNK_PAGES);
    }

    @Test
    void pagesThatDoNotFollowEachOtherAreNoRun() {
        NewMemory memory = memory(4096);

        assertThat(memory.populateFor(0, 31)).isZero();
        assertThat(memory.populateFor(32, 31)).isZero();
        assertThat(memory.populateFor(0, 31)).isZero();
    }

    @Test
    void zeroPageInAWordEndsARunAndHidesNoOther() {
        zero.add(10, 1);
        zero.add(100, 60);
        NewMemory memory = memory(4096);

        assertThat(memory.populateFor(64, 100)).as("36 before the zero pages").isEqualTo(CHUNK_PAGES);

        NewMemory another = memory(4096);
        assertThat(another.populateFor(0, 42)).as("31 behind the zero page").isZero();
        assertThat(another.populateFor(42, 1)).isEqualTo(CHUNK_PAGES);
    }

    @Test
    void largerPagesMakeARunSooner() {
        NewMemory memory = memory(65_536);

        assertThat(memory.populateFor(0, 1)).isZero();
        assertThat(memory.populateFor(2, 2)).isEqualTo(32);
        assertThat(memory(2 << 20).populateFor(7, 1)).as("a page is a chunk").isEqualTo(1);
    }
}
