package org.ramtracker.sim.guest;

import java.util.List;
import java.util.stream.LongStream;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/**
 * The pages of all blocks numbered without gaps, after some at the start of the first block that the guest keeps for itself.
 * An <em>ordinal</em> is such a number; unlike a page of the memory's page space there is none between two blocks, so a guest
 * can draw one at random and cut them into equal shares.
 *
 * <p>Threads: immutable.
 */
final class PageLayout {
    private static final long CHUNK_BYTES = 4L << 20;

    private final PageSize pageSize;
    private final RamBlock[] blocks;
    /** First ordinal of each block, as if it were whole, and behind them the number of ordinals. */
    private final long[] firstOrdinal;

    /** All pages. */
    PageLayout(GuestMemory memory) {
        this(memory, 0);
    }

    /**
     * All pages but the first few.
     *
     * @throws IllegalArgumentException if the first block has no others
     */
    PageLayout(GuestMemory memory, long reservedPages) {
        this.pageSize = memory.pageSize();
        this.blocks = memory.blocks().toArray(RamBlock[]::new);
        this.firstOrdinal = new long[blocks.length + 1];
        if (reservedPages >= blocks[0].pages()) {
            throw new IllegalArgumentException(
                    "%s is too small: the guest needs %d pages of it for itself, and more to write"
                            .formatted(blocks[0], reservedPages));
        }
        firstOrdinal[0] = -reservedPages;
        for (int i = 0; i < blocks.length; i++) {
            firstOrdinal[i + 1] = firstOrdinal[i] + blocks[i].pages();
        }
    }

    PageSize pageSize() {
        return pageSize;
    }

    int wordsPerPage() {
        return pageSize.bytes() / Long.BYTES;
    }

    List<RamBlock> blocks() {
        return List.of(blocks);
    }

    /** Pages in all, those for the guest itself not counted. */
    long pages() {
        return firstOrdinal[blocks.length];
    }

    RamBlock blockOf(long ordinal) {
        return blocks[blockIndexOf(ordinal)];
    }

    /** Offset of a page in {@link #blockOf} it. */
    long offsetBytesOf(long ordinal) {
        return pageSize.toBytes(ordinal - firstOrdinal[blockIndexOf(ordinal)]);
    }

    /** Behind the last ordinal of a block. */
    long endOrdinal(int blockIndex) {
        return firstOrdinal[blockIndex + 1];
    }

    /** Offset of a block's first byte from ordinal 0, if ordinals were bytes apart as pages are. */
    long blockStartBytes(int blockIndex) {
        return pageSize.toBytes(firstOrdinal[blockIndex]);
    }

    private int blockIndexOf(long ordinal) {
        // guests have a handful of blocks
        int index = 0;
        while (ordinal >= firstOrdinal[index + 1]) {
            index++;
        }
        return index;
    }

    /** First ordinal of the share of one of {@code threads} threads; its share ends where the next one's begins. */
    long shareStart(int thread, int threads) {
        long whole = pages() / threads;
        return whole * thread + Math.min(thread, pages() % threads);
    }

    /** The one of {@code threads} threads in whose share a page is. */
    int ownerOf(long ordinal, int threads) {
        long whole = pages() / threads;
        long longer = pages() % threads;
        long inLongerShares = longer * (whole + 1);
        return (int) (ordinal < inLongerShares ? ordinal / (whole + 1) : longer + (ordinal - inLongerShares) / whole);
    }

    /** What is done with the ordinals {@code [from, to)}. */
    interface ChunkAction {
        void accept(long from, long to);
    }

    /** Does something with all pages, a few MiB of them at a time, on all cores; returns when it is done. */
    void forEachChunk(ChunkAction action) {
        long chunkPages = Math.max(1, pageSize.pageOf(CHUNK_BYTES));
        long chunks = (pages() + chunkPages - 1) / chunkPages;
        LongStream.range(0, chunks)
                .parallel()
                .forEach(chunk -> action.accept(chunk * chunkPages, Math.min(pages(), (chunk + 1) * chunkPages)));
    }
}
