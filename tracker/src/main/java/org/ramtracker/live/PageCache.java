package org.ramtracker.live;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/**
 * What the destination has of some pages, for XBZRLE: QEMU's direct-mapped cache, outside the heap. A page has one slot, its
 * number modulo the number of slots. A slot whose page was looked up in this pass or the one before is not taken away from it.
 *
 * <p>Threads: one.
 */
final class PageCache implements AutoCloseable {
    /** Passes for which a slot stays with its page. */
    private static final int LIFETIME_PASSES = 2;

    private static final long EMPTY = -1;

    private final GuestMemory memory;
    private final MemorySegment content;
    private final int pageBytes;
    private final long[] pageOfSlot;
    private final long[] passOfSlot;

    /**
     * An empty cache.
     *
     * @param sizeBytes most memory for pages; rounded down to a power of two of pages, at least one
     * @throws IOException if there is no memory
     */
    PageCache(PageSize pageSize, long sizeBytes) throws IOException {
        int slots = (int) Math.min(1 << 30, Long.highestOneBit(Math.max(1, pageSize.pageOf(sizeBytes))));
        pageBytes = pageSize.bytes();
        memory = GuestMemory.builder(pageSize)
                .block("xbzrle-cache", 0, pageSize.toBytes(slots), new Backing.Anonymous())
                .build();
        content = memory.blocks().getFirst().segment();
        pageOfSlot = new long[slots];
        passOfSlot = new long[slots];
        Arrays.fill(pageOfSlot, EMPTY);
    }

    int slots() {
        return pageOfSlot.length;
    }

    long sizeBytes() {
        return content.byteSize();
    }

    MemorySegment content() {
        return content;
    }

    /** Where the content of a page is, or would be. */
    long offsetBytes(long page) {
        return (long) slot(page) * pageBytes;
    }

    boolean holds(long page) {
        return pageOfSlot[slot(page)] == page;
    }

    /** Notes that a page which it holds was looked up. */
    void touch(long page, long pass) {
        passOfSlot[slot(page)] = pass;
    }

    /** Gives the slot to the page, whose content the caller then puts there; false if another page keeps it. */
    boolean claim(long page, long pass) {
        int slot = slot(page);
        long owner = pageOfSlot[slot];
        if (owner != EMPTY && owner != page && passOfSlot[slot] + LIFETIME_PASSES > pass) {
            return false;
        }
        pageOfSlot[slot] = page;
        passOfSlot[slot] = pass;
        return true;
    }

    /** The page is sent in a way that the cache does not see. */
    void forget(long page) {
        int slot = slot(page);
        if (pageOfSlot[slot] == page) {
            pageOfSlot[slot] = EMPTY;
        }
    }

    private int slot(long page) {
        return (int) page & (pageOfSlot.length - 1);
    }

    @Override
    public void close() {
        memory.close();
    }
}
