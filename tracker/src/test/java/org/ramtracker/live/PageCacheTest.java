package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.PageSize;

/** QEMU's cache: direct-mapped, bounded, and kind to pages that were used lately. */
class PageCacheTest {
    private PageCache cache;

    @BeforeEach
    void makeCacheOfFourPages() throws IOException {
        cache = new PageCache(PageSize.KIB_4, 7 * 4096);
    }

    @AfterEach
    void closeCache() {
        cache.close();
    }

    @Test
    void sizeIsRoundedDownToAPowerOfTwoOfPages() {
        assertThat(cache.slots()).isEqualTo(4);
        assertThat(cache.sizeBytes()).isEqualTo(4 * 4096);
    }

    @Test
    void pageHasOneSlot() {
        assertThat(cache.claim(5, 2)).isTrue();
        assertThat(cache.holds(5)).isTrue();
        assertThat(cache.holds(1)).isFalse();
        assertThat(cache.offsetBytes(5)).isEqualTo(4096).isEqualTo(cache.offsetBytes(1));
    }

    @Test
    void pageUsedInThisPassOrTheOneBeforeKeepsItsSlot() {
        cache.claim(5, 2);
        assertThat(cache.claim(1, 2)).isFalse();
        assertThat(cache.claim(1, 3)).isFalse();
        cache.touch(5, 3);
        assertThat(cache.claim(1, 4)).isFalse();
        assertThat(cache.claim(1, 5)).isTrue();
        assertThat(cache.holds(5)).isFalse();
    }

    @Test
    void pageThatWasSentOtherwiseIsForgotten() {
        cache.claim(5, 2);
        cache.forget(1);
        assertThat(cache.holds(5)).isTrue();
        cache.forget(5);
        assertThat(cache.holds(5)).isFalse();
        assertThat(cache.claim(1, 2)).isTrue();
    }
}
