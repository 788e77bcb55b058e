package org.ramtracker.linux;

import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.RamBlock;

/**
 * Adds what the kernel reports, ranges of bytes in ascending order, to a set of pages: each range widened to whole pages, each
 * page counted once.
 *
 * <pre>
 *   host pages     |.|x|.|.|.|.|.|x|x|.|.|.|      4 KiB each, x written
 *   guest pages    |xxxxxxx|xxxxxxx|xxxxxxx|      16 KiB each, x reported
 * </pre>
 *
 * <p>So a log over-reports by at most the larger of the two page sizes around a byte that was written.
 */
final class FoundPages {
    private long countedTo;
    private long count;

    /** Begins a count. */
    void reset() {
        count = 0;
    }

    /** Begins a block, or a piece of one that shares no page with others. */
    void beginPiece() {
        countedTo = 0;
    }

    /** Adds the bytes {@code [offsetBytes, endOffsetBytes)} of a block, at least one. */
    void add(RamBlock block, long offsetBytes, long endOffsetBytes, PageBitmap pending) {
        long first = block.pageAt(offsetBytes);
        long end = block.pageAt(endOffsetBytes - 1) + 1;
        long ignored = pending.add(first, end - first);
        count += Math.max(0, end - Math.max(first, countedTo));
        countedTo = Math.max(countedTo, end);
    }

    /** Adds a word of pages that were not reported before. */
    void addWord(long wordIndex, long mask, PageBitmap pending) {
        int ignored = pending.addWord(wordIndex, mask);
        count += Long.bitCount(mask);
    }

    /** How many pages were found since {@link #reset}. */
    long count() {
        return count;
    }
}
