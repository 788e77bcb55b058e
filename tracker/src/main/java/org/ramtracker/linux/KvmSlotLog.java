package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.libc.LibcException;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/** The log of one slot: KVM's bitmap, one bit for each host page, and its way into a set of pages. */
final class KvmSlotLog {
    private static final long WORD_PAGES = Long.SIZE;

    private final KvmSlot slot;
    private final RamBlock block;
    private final long hostPageBytes;
    private final long hostPages;
    private final MemorySegment bitmap;
    private final MemoryKernels kernels = Kernels.chosen();

    /** Where the first word of the bitmap lies in the page space, or -1 if words do not fall on words. */
    private final long firstWord;

    KvmSlotLog(KvmSlot slot, KvmSlots slots, Arena arena) {
        this.slot = slot;
        this.block = slot.block();
        this.hostPageBytes = slots.hostPageBytes();
        this.hostPages = slot.lengthBytes() / hostPageBytes;
        this.bitmap = arena.allocate(words() * Long.BYTES, Long.BYTES);
        long firstPage = block.pageAt(slot.offsetBytes());
        boolean wordsFallOnWords = slots.memory().pageSize().bytes() == hostPageBytes && firstPage % WORD_PAGES == 0;
        this.firstWord = wordsFallOnWords ? firstPage / WORD_PAGES : -1;
    }

    private long words() {
        return (hostPages + WORD_PAGES - 1) / WORD_PAGES;
    }

    /** Fetches the bitmap, for nobody. */
    void fetch(KvmLogRequests requests) throws LibcException {
        requests.get(slot.id(), bitmap);
    }

    /** Fetches the bitmap. A failure may have cleared what it did not hand over, so then every page is found. */
    void fetch(KvmLogRequests requests, PageBitmap pending) throws LibcException {
        try {
            fetch(requests);
        } catch (LibcException e) {
            long first = block.pageAt(slot.offsetBytes());
            long ignored = pending.add(first, block.pageAt(slot.offsetBytes() + slot.lengthBytes() - 1) + 1 - first);
            throw e;
        }
    }

    /** Adds the fetched pages. */
    void find(FoundPages found, PageBitmap pending) {
        found.beginPiece();
        find(0, words(), found, pending);
    }

    /**
     * Adds the fetched pages, chunk by chunk, and clears each chunk after its pages were added: if that fails they are in both
     * the set and the log. Chunks without a page cost no request.
     */
    void findAndClear(KvmLogRequests requests, long chunkWords, FoundPages found, PageBitmap pending)
            throws LibcException {
        found.beginPiece();
        long word = markedWordFrom(0, words());
        while (word < words()) {
            long end = Math.min(word + chunkWords, words());
            find(word, end, found, pending);
            requests.clear(slot.id(), bitmap, word * WORD_PAGES, Math.min(end * WORD_PAGES, hostPages));
            word = markedWordFrom(end, words());
        }
    }

    private void find(long firstWordIndex, long endWordIndex, FoundPages found, PageBitmap pending) {
        long word = markedWordFrom(firstWordIndex, endWordIndex);
        while (word < endWordIndex) {
            addWord(word, bitmap.getAtIndex(JAVA_LONG, word), found, pending);
            word = markedWordFrom(word + 1, endWordIndex);
        }
    }

    private long markedWordFrom(long wordIndex, long endWordIndex) {
        return kernels.firstNonZeroWord(bitmap, wordIndex, endWordIndex);
    }

    private void addWord(long wordIndex, long mask, FoundPages found, PageBitmap pending) {
        if (firstWord >= 0) {
            found.addWord(firstWord + wordIndex, mask, pending);
        } else {
            addRuns(wordIndex * WORD_PAGES, mask, found, pending);
        }
    }

    private void addRuns(long firstHostPage, long mask, FoundPages found, PageBitmap pending) {
        long rest = mask;
        while (rest != 0) {
            int first = Long.numberOfTrailingZeros(rest);
            int end = first + Long.numberOfTrailingZeros(~(rest >>> first));
            found.add(block, offsetBytesOf(firstHostPage + first), offsetBytesOf(firstHostPage + end), pending);
            rest = end >= Long.SIZE ? 0 : rest & -1L << end;
        }
    }

    private long offsetBytesOf(long hostPage) {
        return slot.offsetBytes() + hostPage * hostPageBytes;
    }
}
