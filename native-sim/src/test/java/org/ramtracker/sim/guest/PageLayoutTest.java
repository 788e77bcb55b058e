package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

class PageLayoutTest {
    @Test
    void ordinalsRunThroughAllBlocksWithoutGaps() {
        try (GuestMemory memory = Memories.several(PageSize.KIB_4)) {
            PageLayout layout = new PageLayout(memory);
            long ordinal = 0;
            for (RamBlock block : memory.blocks()) {
                for (long page = 0; page < block.pages(); page++) {
                    assertThat(layout.blockOf(ordinal)).isSameAs(block);
                    assertThat(layout.offsetBytesOf(ordinal++)).isEqualTo(page * 4096);
                }
            }
            assertThat(layout.pages()).isEqualTo(ordinal).isEqualTo(202);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 201, 202})
    void sharesCoverEveryPageOnceAndDifferByAtMostOne(int threads) {
        try (GuestMemory memory = Memories.several(PageSize.KIB_4)) {
            PageLayout layout = new PageLayout(memory);
            assertThat(layout.shareStart(0, threads)).isZero();
            assertThat(layout.shareStart(threads, threads)).isEqualTo(layout.pages());
            for (int thread = 0; thread < threads; thread++) {
                long start = layout.shareStart(thread, threads);
                long end = layout.shareStart(thread + 1, threads);
                assertThat(end - start).isBetween(202L / threads, 202L / threads + 1);
                for (long ordinal = start; ordinal < end; ordinal++) {
                    assertThat(layout.ownerOf(ordinal, threads)).isEqualTo(thread);
                }
            }
        }
    }

    @Test
    void chunksCoverEveryPageOnce() {
        try (GuestMemory memory = Memories.single(PageSize.KIB_4, 5000)) {
            AtomicIntegerArray visits = new AtomicIntegerArray(5000);
            new PageLayout(memory).forEachChunk((from, to) -> {
                for (long ordinal = from; ordinal < to; ordinal++) {
                    visits.incrementAndGet((int) ordinal);
                }
            });
            for (int page = 0; page < 5000; page++) {
                assertThat(visits.get(page)).isEqualTo(1);
            }
        }
    }
}
