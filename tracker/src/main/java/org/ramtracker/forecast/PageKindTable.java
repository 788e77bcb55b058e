package org.ramtracker.forecast;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import org.ramtracker.dirty.PageBitmap;

/**
 * Which pages would travel as one byte. A trace knows the contents at its beginning only, so a page that was written counts as
 * normal from then on: a guest that zeroes its memory sends less than is forecast, never more.
 *
 * <p>Threads: single-threaded.
 */
final class PageKindTable {
    /** Who knows what was written before a sync finds it. */
    interface Writes {
        /** Tells the table what it was not told; false if there is nothing. */
        boolean tell(PageKindTable kinds);
    }

    private final long[] duplicate;
    private final Writes writes;
    private final long pages;
    private long duplicates;

    /**
     * A table.
     *
     * @param duplicatePages what would travel as one byte when the history begins
     * @param writes what the guest wrote since
     */
    PageKindTable(PageBitmap duplicatePages, Writes writes) {
        this.writes = writes;
        MemorySegment words = duplicatePages.words();
        duplicate = words.toArray(JAVA_LONG);
        pages = duplicatePages.pages();
        duplicates = duplicatePages.count();
    }

    /** These pages were written. */
    void written(int wordIndex, long mask) {
        long before = duplicate[wordIndex];
        if ((before & mask) != 0) {
            duplicate[wordIndex] = before & ~mask;
            duplicates -= Long.bitCount(before & mask);
        }
    }

    void writtenRun(long firstPage, long endPage) {
        for (long page = firstPage; page < endPage; page = (page | 63) + 1) {
            written((int) (page >>> 6), Words.mask(page, endPage));
        }
    }

    /** How many of these pages would travel as one byte. Only pages that were not sent before can, so later passes ask for no writes. */
    long duplicatesIn(long firstPage, long pageCount) {
        long found = countDuplicates(firstPage, pageCount);
        return found > 0 && writes.tell(this) ? countDuplicates(firstPage, pageCount) : found;
    }

    private long countDuplicates(long firstPage, long pageCount) {
        if (duplicates == 0) {
            return 0;
        }
        long endPage = firstPage + pageCount;
        long found = 0;
        for (long page = firstPage; page < endPage; page = (page | 63) + 1) {
            found += Long.bitCount(duplicate[(int) (page >>> 6)] & Words.mask(page, endPage));
        }
        return found;
    }

    /** Of all blocks, and of the gaps between them. */
    long pages() {
        return pages;
    }

    /** Which of a word's pages would travel as one byte, by all that the table was told. */
    long duplicateWord(int wordIndex) {
        return duplicate[wordIndex];
    }
}
