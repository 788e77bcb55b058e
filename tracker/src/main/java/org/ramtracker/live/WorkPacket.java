package org.ramtracker.live;

import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.RamBlock;

/**
 * Pages of one block that a channel is to send, or a SYNC. It belongs to one channel and goes back and forth between the agent,
 * which fills it, and the channel's thread, which sends what it names; handing it over publishes it.
 */
final class WorkPacket {
    final PageChannel channel;
    private final long[] offsetsBytes;
    private @Nullable RamBlock block;
    private int pages;
    private long number;

    WorkPacket(PageChannel channel, int pagesMax) {
        this.channel = channel;
        this.offsetsBytes = new long[pagesMax];
    }

    /** Begins a packet of pages. */
    void begin(RamBlock ofBlock) {
        block = ofBlock;
        pages = 0;
    }

    /** Makes it a SYNC. */
    void beginSync() {
        block = null;
        pages = 0;
    }

    /** Adds pages while there is room; the first that was not added. */
    long add(RamBlock ofBlock, long firstPage, long endPage) {
        long page = firstPage;
        while (page < endPage && !isFull()) {
            offsetsBytes[pages] = ofBlock.offsetBytesOf(page);
            pages++;
            page++;
        }
        return page;
    }

    boolean isFull() {
        return pages == offsetsBytes.length;
    }

    void number(long packetNumber) {
        number = packetNumber;
    }

    long number() {
        return number;
    }

    /** The block of all pages, null for a SYNC. */
    @Nullable
    RamBlock block() {
        return block;
    }

    int pages() {
        return pages;
    }

    long offsetBytes(int index) {
        return offsetsBytes[index];
    }
}
