package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.stream.BlockEntry;

/**
 * Memory that is there, and populated, before its guest comes: what QEMU calls {@code prealloc}. For a guest most of whose memory
 * holds something; one whose memory is zero is better off with memory that nobody has touched.
 *
 * <p>Threads: one at a time.
 */
final class PreparedMemory implements AutoCloseable {
    /** Nothing. */
    static final PreparedMemory NONE = new PreparedMemory(null);

    private @Nullable GuestMemory memory;

    private PreparedMemory(@Nullable GuestMemory memory) {
        this.memory = memory;
    }

    /**
     * Populates so much RAM and the graphics memory, in huge pages where the host has them; 0 prepares nothing. No block is left out:
     * the advice to use huge pages holds for all of them, and a single page that arrived where nothing is would wait for 2 MiB.
     */
    static PreparedMemory of(long ramBytes) throws IOException {
        if (ramBytes == 0) {
            return NONE;
        }
        GuestMemory memory = Machine.memory(PageSize.KIB_4, ramBytes);
        try {
            memory.populate();
            return new PreparedMemory(memory);
        } catch (IOException | RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    /** Gives it away, if it has exactly these blocks. */
    @Nullable
    GuestMemory takeFor(PageSize pageSize, List<BlockEntry> blocks) {
        GuestMemory prepared = memory;
        if (prepared == null
                || !prepared.pageSize().equals(pageSize)
                || !entriesOf(prepared).equals(blocks)) {
            return null;
        }
        memory = null;
        return prepared;
    }

    private static List<BlockEntry> entriesOf(GuestMemory memory) {
        return memory.blocks().stream()
                .map(block -> new BlockEntry(block.idstr(), block.usedLengthBytes()))
                .toList();
    }

    /** Releases what nobody took. */
    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
