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
        long endWord = (toPage + 63) >>> 6;
        long word = set.firstUsedWord(fromPage >>> 6, endWord);
        long bits = bitsFrom(fromPage, word, endWord);
        if (bits == 0 && word < endWord) {
            word = set.firstUsedWord(word + 1, endWord);
            bits = bitsFrom(fromPage, word, endWord);
        }
        runFirstPage = Math.min(toPage, firstPage(word, bits));
        runPages = Math.min(toPage, endOfRun(word, bits, endWord)) - runFirstPage;
        return runPages > 0;
    }

    private long bitsFrom(long fromPage, long word, long endWord) {
        long bits = word < endWord ? word(word) : 0;
        return word == fromPage >>> 6 ? bits & -1L << fromPage : bits;
    }

    /** A short run ends in the word in which it begins, which was looked at already. */
    private long endOfRun(long word, long bits, long endWord) {
        long behind = ~bits & -1L << Long.numberOfTrailingZeros(bits);
        if (behind != 0) {
            return firstPage(word, behind);
        }
        long end = kernels.firstNonFullWord(words, word + 1, endWord);
        return firstPage(end, end < endWord ? ~word(end) : -1L);
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

    private long word(long wordIndex) {
        return words.getAtIndex(JAVA_LONG, wordIndex);
    }

    /** That of the lowest bit; the first of the next word if there is none. */
    private static long firstPage(long wordIndex, long bits) {
        return (wordIndex << 6) + Long.numberOfTrailingZeros(bits);
    }
}
