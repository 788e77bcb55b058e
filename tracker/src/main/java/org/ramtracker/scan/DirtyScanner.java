package org.ramtracker.scan;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.simd.MemoryKernels;

/**
 * Finds maximal runs of pages in a {@link PageBitmap}. A cursor: {@link #next} moves to a run, the accessors describe it.
 *
 * <p>Threads: single-threaded, with the bitmap's owner. Nothing allocates.
 */
public final class DirtyScanner {
    private final PageBitmap set;
    private final MemorySegment words;
    private final MemoryKernels kernels;
    private long runFirstPage;
    private long runPages;

    /**
     * A scanner over a set.
     *
     * @param pages the set; what is added to it and removed from it is seen by the next {@link #next}
     */
    public DirtyScanner(PageBitmap pages) {
        this.set = pages;
        this.kernels = pages.kernels();
        this.words = pages.words();
    }

    /**
     * Moves to the first run in {@code [fromPage, toPage)}. The run is maximal within that range: it is cut off where the
     * range begins and ends.
     *
     * @param fromPage first page to look at
     * @param toPage end, exclusive, at least {@code fromPage}
     * @return false if no page of the range is in the set
     * @throws IndexOutOfBoundsException if the range is not within the page space of the set
     */
    public boolean next(long fromPage, long toPage) {
        Objects.checkFromToIndex(fromPage, toPage, set.pages());
        long endPage = Math.min(toPage, set.endPage());
        long beginPage = Math.min(Math.max(fromPage, set.beginPage()), endPage);
        runFirstPage = firstPage(true, beginPage, endPage);
        runPages = firstPage(false, runFirstPage, endPage) - runFirstPage;
        return runPages > 0;
    }

    /**
     * Start of the run.
     *
     * @return its first page; nothing in particular if {@link #next} found none
     */
    public long runFirstPage() {
        return runFirstPage;
    }

    /**
     * Length of the run.
     *
     * @return pages in it, or 0 if {@link #next} found none
     */
    public long runPages() {
        return runPages;
    }

    /** The first page of the range that is in the set, or is not; {@code toPage} if there is none. */
    private long firstPage(boolean inSet, long fromPage, long toPage) {
        if (fromPage == toPage) {
            return toPage;
        }
        long word = fromPage >>> 6;
        long bits = wanted(inSet, word) & -1L << fromPage;
        if (bits == 0) {
            long endWord = (toPage + 63) >>> 6;
            word = firstWordWithAny(inSet, word + 1, endWord);
            if (word == endWord) {
                return toPage;
            }
            bits = wanted(inSet, word);
        }
        return Math.min(toPage, (word << 6) + Long.numberOfTrailingZeros(bits));
    }

    private long firstWordWithAny(boolean inSet, long fromWord, long toWord) {
        return inSet
                ? kernels.firstNonZeroWord(words, fromWord, toWord)
                : kernels.firstNonFullWord(words, fromWord, toWord);
    }

    private long wanted(boolean inSet, long word) {
        long bits = words.getAtIndex(JAVA_LONG, word);
        return inSet ? bits : ~bits;
    }
}
