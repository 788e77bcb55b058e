package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

class StampsTest {
    @Test
    void aStampTellsItsThreadAndStep() {
        Stamps stamps = new Stamps(5, 4096);
        for (int thread : new int[] {0, 1, GuestSpec.THREADS_MAX - 1}) {
            for (long step : new long[] {0, 1, 1_000_000_007, Stamps.STEPS_MAX - 1}) {
                long stamp = stamps.stamp(thread, step);
                assertThat(stamps.threadOf(stamp)).isEqualTo(thread);
                assertThat(stamps.stepOf(stamp)).isEqualTo(step);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 2 << 20})
    void slotsAreAllWordsButTheFirstAndTheLast(int pageBytes) {
        Stamps stamps = new Stamps(5, pageBytes);
        BitSet seen = new BitSet();
        for (long step = 0; step < 20L * pageBytes / 8; step++) {
            int slot = stamps.slotOffsetBytes(stamps.stamp(0, step));
            assertThat(slot % 8).isZero();
            seen.set(slot / 8);
        }
        assertThat(seen.nextSetBit(0)).isEqualTo(1);
        assertThat(seen.nextClearBit(1)).isEqualTo(pageBytes / 8 - 1);
        assertThat(seen.length()).isEqualTo(pageBytes / 8 - 1);
    }

    @Test
    void isStoredInThreeWordsOfThePageAndNowhereElse() {
        try (GuestMemory memory = Memories.single(PageSize.KIB_4, 3)) {
            Stamps stamps = new Stamps(5, 4096);
            long stamp = stamps.stamp(1, 17);
            var segment = memory.blocks().getFirst().segment();
            stamps.store(segment, 4096, stamp);
            for (int at = 0; at < 3 * 4096; at += 8) {
                boolean place = at == 4096 || at == 4096 + stamps.slotOffsetBytes(stamp) || at == 2 * 4096 - 8;
                assertThat(segment.get(Stamps.WORD, at)).isEqualTo(place ? stamp : 0);
            }
        }
    }
}
