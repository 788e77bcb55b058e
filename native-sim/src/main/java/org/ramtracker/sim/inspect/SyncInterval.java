package org.ramtracker.sim.inspect;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * Pages that come more than once between two synchronisation points, on whatever connections: their order is not defined. QEMU
 * up to 8.0 does that now and then.
 */
final class SyncInterval {
    private int current = 1;
    private long pagesRepeated;
    private long pagesRepeatedDifferently;

    /** A synchronisation point was passed. */
    void next() {
        current++;
    }

    int intervals() {
        return current - 1;
    }

    /** A page was loaded. */
    void page(InspectedBlock block, long offsetBytes) {
        int hash = hash(block, offsetBytes);
        if (block.lastInterval(offsetBytes) == current) {
            pagesRepeated++;
            pagesRepeatedDifferently += block.lastHash(offsetBytes) == hash ? 0 : 1;
        }
        block.remember(offsetBytes, current, hash);
    }

    private static int hash(InspectedBlock block, long offsetBytes) {
        MemorySegment page =
                block.block().segment().asSlice(offsetBytes, block.pageSize().bytes());
        CRC32C hash = new CRC32C();
        hash.update(page.asByteBuffer());
        return (int) hash.getValue();
    }

    long pagesRepeated() {
        return pagesRepeated;
    }

    long pagesRepeatedDifferently() {
        return pagesRepeatedDifferently;
    }
}
