package org.ramtracker.sim.guest;

import static org.ramtracker.sim.guest.Stamps.WORD;

import java.lang.foreign.MemorySegment;
import org.ramtracker.memory.RamBlock;

/**
 * Guest memory in which a guest notes the last stamp of every page, to find out itself that a page is stale: one word for each
 * ordinal, 0 before the first write.
 *
 * @param block where it is
 * @param offsetBytes where it begins there
 * @param lengthBytes its length, a word for each ordinal
 */
record Ledger(RamBlock block, long offsetBytes, long lengthBytes) {
    /** How long a ledger for so many pages is. */
    static long lengthBytesFor(long pages) {
        return pages * Long.BYTES;
    }

    MemorySegment segment() {
        return block.segment().asSlice(offsetBytes, lengthBytes);
    }

    long offsetBytesOf(long ordinal) {
        return offsetBytes + ordinal * Long.BYTES;
    }

    /** The last stamp of a page according to the guest. */
    long stampOf(long ordinal) {
        return block.segment().get(WORD, offsetBytesOf(ordinal));
    }
}
