package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where the pages lie that keep a migration from ending. */
class WorkingSetTest {
    private static final long PAGES = 1 << 12;
    private static final long PAGE_BYTES = 4096;

    private static WorkingSet of(int firstWord, int endWord) {
        WrittenPages written = new WrittenPages(PAGES);
        for (int word = firstWord; word < endWord; word++) {
            written.addWord(word, -1);
        }
        return WorkingSet.of(new MadeHistory(PAGES, MadeHistory.EPOCH_NANOS).layout(), written, 1);
    }

    @Test
    void endsBehindTheWordOfItsLastPage() {
        WorkingSet set = of(0, 1);

        assertThat(set.pages()).isEqualTo(64);
        assertThat(set.fromBytes()).isZero();
        assertThat(set.toBytes()).isEqualTo(64 * PAGE_BYTES);
    }

    @Test
    void leavesATwentiethOutAtEitherEnd() {
        WorkingSet set = of(20, 60);

        assertThat(set.fromBytes()).isEqualTo(22 * 64 * PAGE_BYTES);
        assertThat(set.toBytes()).isEqualTo(59 * 64 * PAGE_BYTES);
    }

    @Test
    void neverEndsBehindTheBlock() {
        assertThat(of(0, 64).toBytes()).isLessThanOrEqualTo(PAGES * PAGE_BYTES);
        assertThat(of(63, 64).toBytes()).isEqualTo(PAGES * PAGE_BYTES);
    }
}
