package org.ramtracker.forecast;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import org.ramtracker.dirty.PageBitmap;

/**
 * Which pages would travel as one byte. A trace knows the contents at its beginning only, so a page that was written counts as
 * normal from then on: a guest that zeroes its memory sends less than is forecast, never more. And which pages the destination has
 * had whole before.
 *
 * <p>Threads: single-threaded.
 */
final class PageKindTable {
    private final long[] duplicate;
    private final long[] arrived;
    private long duplicates;

    PageKindTable(PageBitmap duplicatePages) {
        MemorySegment words = duplicatePages.words();
        duplicate = words.toArray(JAVA_LONG);
        duplicates = duplicatePages.count();
        arrived = new long[duplicate.length];
    }

    /** These pages were written. */
    void written(int wordIndex, long mask) {
        long before = duplicate[wordIndex];
        if ((before & mask) != 0) {
            duplicate[wordIndex] = before & ~mask;
            duplicates -= Long.bitCount(before & mask);
        }
    }

    /** Whatever was written before the migration begins. */
    void writtenBefore(ForecastRequest request) {
        DirtyHistory.Epochs epoch = request.history().read();
        for (long index = 0; index < request.history().epochs(); index++) {
            epoch.moveTo(index);
            if (epoch.startNanos() >= request.startNanos()) {
                return;
            }
            while (epoch.nextRun()) {
                writtenRun(epoch.runFirstPage(), epoch.runFirstPage() + epoch.runPages());
            }
        }
    }

    private void writtenRun(long firstPage, long endPage) {
        for (long page = firstPage; page < endPage; page = (page | 63) + 1) {
            written((int) (page >>> 6), Words.mask(page, endPage));
        }
    }

    /** How many of these pages would travel as one byte. */
    long duplicatesIn(long firstPage, long pageCount) {
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

    /** These pages travel: how many of them do so whole and for the first time. */
    long takeNewIn(long firstPage, long pageCount) {
        long endPage = firstPage + pageCount;
        long found = 0;
        for (long page = firstPage; page < endPage; page = (page | 63) + 1) {
            int word = (int) (page >>> 6);
            long whole = Words.mask(page, endPage) & ~duplicate[word];
            found += Long.bitCount(whole & ~arrived[word]);
            arrived[word] |= whole;
        }
        return found;
    }
}
