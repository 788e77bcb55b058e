package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ring as KVM writes it, with the test in KVM's place. */
final class KvmVcpuRingTest {
    private static final int ENTRIES = 8;

    private final MemorySegment memory = Arena.ofAuto().allocate(ENTRIES * 16, 16);
    private final KvmVcpuRing ring = new KvmVcpuRing(memory);
    private final List<Long> harvested = new ArrayList<>();
    private long pushed;

    private void push(int slot, long hostPage) {
        long entry = pushed++ % ENTRIES * 16;
        assertThat(memory.get(JAVA_INT, entry))
                .as("KVM pushes into empty entries")
                .isZero();
        memory.set(JAVA_INT, entry + 4, slot);
        memory.set(JAVA_LONG, entry + 8, hostPage);
        memory.set(JAVA_INT, entry, 1);
    }

    private long harvest() {
        long before = ring.harvested();
        ring.harvest((slot, hostPage) -> harvested.add(slot * 1000L + hostPage));
        return ring.harvested() - before;
    }

    /** What KVM_RESET_DIRTY_RINGS does to entries that were harvested. */
    private void reset() {
        for (long entry = 0; entry < ENTRIES * 16; entry += 16) {
            if (memory.get(JAVA_INT, entry) == 2) {
                memory.set(JAVA_INT, entry, 0);
            }
        }
    }

    @Test
    void entriesAreHarvestedOnceInTheirOrder() {
        push(1, 5);
        push(2, 7);
        assertThat(harvest()).isEqualTo(2);
        assertThat(harvest()).isZero();
        push(1, 6);
        assertThat(harvest()).isOne();
        assertThat(harvested).containsExactly(1005L, 2007L, 1006L);
    }

    @Test
    void harvestedEntriesAreMarkedForTheReset() {
        push(1, 5);
        harvest();
        assertThat(memory.get(JAVA_INT, 0)).isEqualTo(2);
        assertThat(memory.get(JAVA_INT, 16)).isZero();
    }

    @Test
    void aFullRingIsHarvestedToItsLastEntryAndGoesRound() {
        for (int turn = 0; turn < 5; turn++) {
            for (int i = 0; i < ENTRIES - turn; i++) {
                push(turn, i);
            }
            assertThat(harvest()).isEqualTo(ENTRIES - turn);
            reset();
        }
        assertThat(harvested).hasSize(8 + 7 + 6 + 5 + 4).endsWith(4003L);
    }

    @Test
    void aHarvestTakesAtMostOneTurn() {
        for (int i = 0; i < ENTRIES; i++) {
            push(0, i);
        }
        ring.harvest((slot, hostPage) ->
                memory.set(JAVA_INT, (hostPage + ENTRIES - 1) % ENTRIES * 16, 1)); // KVM pushes again
        assertThat(ring.harvested()).isEqualTo(ENTRIES);
    }

    @Test
    void anEntryThatCannotBeMarkedStaysInTheRing() {
        push(1, 5);
        push(9, 9);
        KvmVcpuRing.Sink refusing = (slot, hostPage) -> {
            if (slot == 9) {
                throw new IllegalStateException("slot 9");
            }
        };
        assertThatIllegalStateException().isThrownBy(() -> ring.harvest(refusing));
        assertThat(ring.harvested()).isOne();
        assertThat(harvest()).isOne();
        assertThat(harvested).containsExactly(9009L);
    }
}
