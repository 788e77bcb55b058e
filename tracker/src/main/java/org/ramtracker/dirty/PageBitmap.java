package org.ramtracker.dirty;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/**
 * A set of pages that one thread owns: off-heap, one bit a page, and a count that is always exact; on-heap, one bit for
 * 64 pages. The migrator keeps in it what is still to be sent; marks of concurrent writers arrive in a {@link DirtyBitmap}
 * first.
 *
 * <pre>
 *   word 0                     word 1
 *   |63 ........ 2  1  0|      |127 ....... 66 65 64|      page = 64 * word + bit
 * </pre>
 *
 * <p>Threads: single-threaded. Nothing allocates after construction.
 */
public final class PageBitmap implements AutoCloseable {
    /** A cache line, so that vector reads do not straddle two. */
    static final long ALIGNMENT_BYTES = 64;

    private final long pages;
    private final long wordCount;
    private final Arena arena;
    private final MemorySegment words;
    private final MemorySegment readOnlyWords;
    private final MemoryKernels kernels;

    /** Bit {@code w % 64} of the one at {@code w / 64} says whether word {@code w} has pages. */
    private final long[] usedWords;

    private long count;

    /**
     * An empty set over the page space {@code [0, pages)}.
     *
     * @param pages size of the page space, at least 1
     * @throws IllegalArgumentException if it is less
     */
    public PageBitmap(long pages) {
        this(pages, Kernels.chosen());
    }

    /**
     * An empty set that is scanned by other kernels than those of this process.
     *
     * @param pages size of the page space, at least 1
     * @param kernels what looks for the end of long runs
     * @throws IllegalArgumentException if there are less
     */
    public PageBitmap(long pages, MemoryKernels kernels) {
        if (pages < 1) {
            throw new IllegalArgumentException("a bitmap of " + pages + " pages");
        }
        this.pages = pages;
        this.kernels = kernels;
        this.wordCount = wordsFor(pages);
        this.arena = Arena.ofShared();
        this.words = arena.allocate(wordCount * Long.BYTES, ALIGNMENT_BYTES);
        this.readOnlyWords = words.asReadOnly();
        this.usedWords = new long[Math.toIntExact(wordsFor(wordCount))];
    }

    static long wordsFor(long pages) {
        return (pages - 1) / Long.SIZE + 1;
    }

    static long nextWordStart(long page) {
        return (page | 63) + 1;
    }

    /** The bits of the word of {@code page} that lie in {@code [page, end)}. */
    static long maskOf(long page, long end) {
        long from = -1L << page;
        return end < nextWordStart(page) ? from & ~(-1L << end) : from;
    }

    /**
     * Size of the page space.
     *
     * @return pages that can be in the set
     */
    public long pages() {
        return pages;
    }

    /**
     * How many pages are in the set.
     *
     * @return the count, kept and not counted
     */
    public long count() {
        return count;
    }

    /**
     * Finds a word with pages, without a look at those that have none: a short pass over a large guest need not walk through all of
     * its words.
     *
     * @param fromWord first word to look at, at least 0
     * @param toWord end, exclusive, at most as many as there are
     * @return the first word in {@code [fromWord, toWord)} that has pages; {@code toWord} if none has
     */
    public long firstUsedWord(long fromWord, long toWord) {
        for (long at = fromWord; at < toWord; at = nextWordStart(at)) {
            long used = usedWords[(int) (at >>> 6)] & -1L << at;
            if (used != 0) {
                return Math.min(toWord, (at & -Long.SIZE) + Long.numberOfTrailingZeros(used));
            }
        }
        return toWord;
    }

    /**
     * The words, bit {@code page % 64} of word {@code page / 64}; bits behind the last page are 0. A live view.
     *
     * @return {@code ceil(pages / 64)} words, read-only, because writing them would make {@link #count()} wrong
     */
    public MemorySegment words() {
        return readOnlyWords;
    }

    /**
     * What looks for the end of long runs.
     *
     * @return the kernels of this set
     */
    public MemoryKernels kernels() {
        return kernels;
    }

    /**
     * Whether a page is in the set.
     *
     * @param page a page
     * @return true if it is
     * @throws IndexOutOfBoundsException if it is outside {@code [0, pages)}
     */
    public boolean contains(long page) {
        Objects.checkIndex(page, pages);
        return (words.getAtIndex(JAVA_LONG, page >>> 6) & 1L << page) != 0;
    }

    /**
     * Adds the pages {@code [firstPage, firstPage + pageCount)}.
     *
     * @param firstPage first page
     * @param pageCount how many, at least 0
     * @return how many of them were not in the set before
     * @throws IndexOutOfBoundsException if any of them is outside {@code [0, pages)}; then none is added
     */
    public long add(long firstPage, long pageCount) {
        Objects.checkFromIndexSize(firstPage, pageCount, pages);
        long before = count;
        for (long page = firstPage, end = firstPage + pageCount; page < end; page = nextWordStart(page)) {
            orWord(page >>> 6, maskOf(page, end));
        }
        return count - before;
    }

    /**
     * Removes the pages {@code [firstPage, firstPage + pageCount)}.
     *
     * @param firstPage first page
     * @param pageCount how many, at least 0
     * @return how many of them were in the set
     * @throws IndexOutOfBoundsException if any of them is outside {@code [0, pages)}; then none is removed
     */
    public long remove(long firstPage, long pageCount) {
        Objects.checkFromIndexSize(firstPage, pageCount, pages);
        long before = count;
        for (long page = firstPage, end = firstPage + pageCount; page < end; page = nextWordStart(page)) {
            clearInWord(page >>> 6, maskOf(page, end));
        }
        return before - count;
    }

    /**
     * Adds the pages of one word, the way in for logs that are bitmaps themselves.
     *
     * @param wordIndex index of the word
     * @param mask its bits to add
     * @return how many were not in the set before
     * @throws IndexOutOfBoundsException if the word, or a bit of the mask, is behind the last page; then none is added
     */
    public int addWord(long wordIndex, long mask) {
        Objects.checkIndex(wordIndex, wordCount);
        if (wordIndex == wordCount - 1 && (mask & ~maskOf(wordIndex * Long.SIZE, pages)) != 0) {
            throw new IndexOutOfBoundsException(
                    "word %d has bits 0x%x, which go beyond the last of %d pages".formatted(wordIndex, mask, pages));
        }
        return orWord(wordIndex, mask);
    }

    private int orWord(long wordIndex, long mask) {
        long old = words.getAtIndex(JAVA_LONG, wordIndex);
        int added = Long.bitCount(mask & ~old);
        words.setAtIndex(JAVA_LONG, wordIndex, old | mask);
        if (added > 0) {
            count += added;
            usedWords[(int) (wordIndex >>> 6)] |= 1L << wordIndex;
        }
        return added;
    }

    private void clearInWord(long wordIndex, long mask) {
        long old = words.getAtIndex(JAVA_LONG, wordIndex);
        long left = old & ~mask;
        words.setAtIndex(JAVA_LONG, wordIndex, left);
        count -= Long.bitCount(old & mask);
        if (left == 0) {
            usedWords[(int) (wordIndex >>> 6)] &= ~(1L << wordIndex);
        }
    }

    /**
     * Adds every page of another set.
     *
     * @param other a set over the same page space
     * @throws IllegalArgumentException if the page spaces differ; nothing is added
     */
    public void addAll(PageBitmap other) {
        if (other.pages != pages) {
            throw new IllegalArgumentException("page spaces differ: " + other.pages + " and " + pages);
        }
        long word = other.firstUsedWord(0, wordCount);
        while (word < wordCount) {
            orWord(word, other.words.getAtIndex(JAVA_LONG, word));
            word = other.firstUsedWord(word + 1, wordCount);
        }
    }

    /** Removes every page. An empty set costs nothing to clear, another one as much as filling its words. */
    public void clear() {
        if (count > 0) {
            words.fill((byte) 0);
            Arrays.fill(usedWords, 0);
            count = 0;
        }
    }

    /** Frees the set; using it afterwards throws {@link IllegalStateException}. Closing twice does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
