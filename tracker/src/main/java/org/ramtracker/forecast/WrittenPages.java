package org.ramtracker.forecast;

import org.ramtracker.dirty.PageBitmap;

/**
 * A set of pages that is filled and emptied again and again, at a cost that goes by what is in it and not by the size of the
 * guest: it remembers which words it touched.
 *
 * <p>Threads: single-threaded. Nothing allocates after construction.
 */
final class WrittenPages {
    private final long[] words;
    private final int[] touched;
    private int touchedCount;

    WrittenPages(long pages) {
        int wordCount = Math.toIntExact((pages + Long.SIZE - 1) / Long.SIZE);
        words = new long[wordCount];
        touched = new int[wordCount + 1];
    }

    /** Adds all pages of an epoch. */
    void addAll(DirtyHistory.Epochs epoch) {
        while (epoch.nextRun()) {
            addRun(epoch.runFirstPage(), epoch.runFirstPage() + epoch.runPages());
        }
    }

    private void addRun(long firstPage, long endPage) {
        for (long page = firstPage; page < endPage; page = (page | 63) + 1) {
            addWord((int) (page >>> 6), Words.mask(page, endPage));
        }
    }

    void addWord(int wordIndex, long mask) {
        long before = words[wordIndex];
        // Counts or not, by no branch: where a guest writes here and there, it could not be predicted.
        touched[touchedCount] = wordIndex;
        touchedCount += before == 0 && mask != 0 ? 1 : 0;
        words[wordIndex] = before | mask;
    }

    /** Words that have pages, in no order. */
    int wordCount() {
        return touchedCount;
    }

    int wordIndex(int position) {
        return touched[position];
    }

    long word(int wordIndex) {
        return words[wordIndex];
    }

    /** Moves all pages into a set, tells the table that they were written, and says how many they were. */
    long moveTo(PageBitmap pending, PageKindTable kinds) {
        long pages = 0;
        for (int i = 0; i < touchedCount; i++) {
            int wordIndex = touched[i];
            long mask = words[wordIndex];
            words[wordIndex] = 0;
            pages += Long.bitCount(mask);
            pending.addWord(wordIndex, mask);
            kinds.written(wordIndex, mask);
        }
        touchedCount = 0;
        return pages;
    }

    void clear() {
        for (int i = 0; i < touchedCount; i++) {
            words[touched[i]] = 0;
        }
        touchedCount = 0;
    }
}
