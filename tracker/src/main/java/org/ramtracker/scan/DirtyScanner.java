package org.ramtracker.scan;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/**
 * Finds maximal runs of pages in a {@link PageBitmap}. A cursor: {@link #next} moves to a run, the accessors describe it.
 *
 * <p>Threads: single-threaded, with the bitmap's owner. Nothing allocates.
 */
public final class DirtyScanner {
    private final MemorySegment words;
    private final MemoryKernels kernels = Kernels.chosen();
    private long runFirstPage;
    private long runPages;

    /**
     * A scanner over a set.
     *
     * @param pages the set
     */
    public DirtyScanner(PageBitmap pages) {
        this.words = pages.words();
    }

    /**
     * Moves to the first run in {@code [fromPage, toPage)}. The run is maximal within that range.
     *
     * @param fromPage first page to look at
     * @param toPage end, exclusive
     * @return false if no page of the range is in the set
     */
    public boolean next(long fromPage, long toPage) {
        runFirstPage = firstSet(fromPage, toPage);
        if (runFirstPage == toPage) {
            runPages = 0;
            return false;
        }
        runPages = firstClear(runFirstPage, toPage) - runFirstPage;
        return true;
    }

    /**
     * Start of the run.
     *
     * @return its first page
     */
    public long runFirstPage() {
        return runFirstPage;
    }

    /**
     * Length of the run.
     *
     * @return pages in it
     */
    public long runPages() {
        return runPages;
    }

    private long firstSet(long fromPage, long toPage) {
        if (fromPage >= toPage) {
            return toPage;
        }
        long word = fromPage >>> 6;
        long bits = words.getAtIndex(JAVA_LONG, word) & -1L << fromPage;
        if (bits == 0) {
            long endWord = (toPage + 63) >>> 6;
            word = kernels.firstNonZeroWord(words, word + 1, Math.max(endWord, word + 1));
            if (word >= endWord) {
                return toPage;
            }
            bits = words.getAtIndex(JAVA_LONG, word);
        }
        return Math.min(toPage, (word << 6) + Long.numberOfTrailingZeros(bits));
    }

    private long firstClear(long fromPage, long toPage) {
        long word = fromPage >>> 6;
        long bits = ~words.getAtIndex(JAVA_LONG, word) & -1L << fromPage;
        if (bits == 0) {
            long endWord = (toPage + 63) >>> 6;
            word = kernels.firstNonFullWord(words, word + 1, Math.max(endWord, word + 1));
            if (word >= endWord) {
                return toPage;
            }
            bits = ~words.getAtIndex(JAVA_LONG, word);
        }
        return Math.min(toPage, (word << 6) + Long.numberOfTrailingZeros(bits));
    }
}
