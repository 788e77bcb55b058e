package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.BlockEntry;

class PreparedMemoryTest {
    private static final long RAM_BYTES = 8L << 20;
    private static final long VIDEO_RAM_BYTES = Machine.totalBytes(0);
    private static final List<BlockEntry> BLOCKS =
            List.of(new BlockEntry(Machine.RAM, RAM_BYTES), new BlockEntry(Machine.VIDEO_RAM, VIDEO_RAM_BYTES));

    @Test
    void leavesNoBlockToTheFaultHandler() throws Exception {
        try (PreparedMemory prepared = PreparedMemory.of(RAM_BYTES);
                GuestMemory taken = prepared.takeFor(PageSize.KIB_4, BLOCKS)) {
            assertThat(taken).isNotNull();
            assertThat(taken.blocks()).hasSize(BLOCKS.size()).allMatch(RamBlock::isPopulated);
        }
    }

    @Test
    void goesToOneGuestOfItsShapeOnly() throws Exception {
        try (PreparedMemory prepared = PreparedMemory.of(RAM_BYTES)) {
            assertThat(prepared.takeFor(PageSize.KIB_4, BLOCKS.subList(0, 1))).isNull();
            assertThat(prepared.takeFor(PageSize.MIB_2, BLOCKS)).isNull();
            try (GuestMemory taken = prepared.takeFor(PageSize.KIB_4, BLOCKS)) {
                assertThat(taken).isNotNull();
                assertThat(prepared.takeFor(PageSize.KIB_4, BLOCKS)).isNull();
            }
        }
    }
}
