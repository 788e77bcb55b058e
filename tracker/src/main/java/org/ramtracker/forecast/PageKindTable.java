package org.ramtracker.forecast;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import org.ramtracker.dirty.PageBitmap;

/**
 * Which pages would travel as one byte. A trace knows the contents at its beginning only, so a page that was written counts as
 * normal from then on: a guest that zeroes its memory sends less than is forecast, never more. And where the destination has populated
 * its memory.
 *
 * <p>Threads: single-threaded.
 */
final class PageKindTable {
    /** Who knows what was written before a sync finds it. */
    interface Writes {
        /** Tells the table what it was not told; false if there is nothing. */
        boolean tell(PageKindTable kinds);
    }

    /** The destination's {@code PopulateAhead} takes these for a run, of 4 KiB each. */
    private static final int RUN_PAGES_MIN = 32;

    private final long[] duplicate;
    private final boolean[] populated;
    private final Writes writes;
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
        duplicates = duplicatePages.count();
        populated = new boolean[duplicate.length];
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

    /**
     * These pages travel: for how many of them the destination populates memory. It does so for runs, the first time; for the first page of
     * a place between zero pages it takes hardly longer than for any page, because there are always small pieces of memory at hand.
     */
    long takeNewIn(long firstPage, long pageCount) {
        long endPage = firstPage + pageCount;
        long found = 0;
        for (long page = firstPage; page < endPage; page = (page | 63) + 1) {
            found += takeNewIn((int) (page >>> 6), Words.mask(page, endPage));
        }
        return found;
    }

    private int takeNewIn(int wordIndex, long mask) {
        boolean isRun = Long.bitCount(mask) >= RUN_PAGES_MIN && (mask & duplicate[wordIndex]) == 0;
        if (!isRun || populated[wordIndex]) {
            return 0;
        }
        populated[wordIndex] = true;
        return Long.SIZE;
    }
}
