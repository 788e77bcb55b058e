package org.ramtracker.dirty;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A set of pages that one thread owns: off-heap, one bit a page, and a count that is always exact. The migrator keeps in
 * it what is still to be sent; marks of concurrent writers arrive in a {@link DirtyBitmap} first.
 *
 * <p>Threads: single-threaded. Nothing allocates after construction.
 */
public final class PageBitmap implements AutoCloseable {
    private final long pages;
    private final Arena arena;
    private final MemorySegment words;
    private long count;

    /**
     * An empty set over the page space {@code [0, pages)}.
     *
     * @param pages size of the page space, at least 1
     */
    public PageBitmap(long pages) {
        if (pages < 1) {
            throw new IllegalArgumentException("a bitmap of " + pages + " pages");
        }
        this.pages = pages;
        this.arena = Arena.ofShared();
        this.words = arena.allocate(wordsFor(pages) * Long.BYTES, 64);
    }

    static long wordsFor(long pages) {
        return (pages + Long.SIZE - 1) / Long.SIZE;
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
     * The words, bit {@code page % 64} of word {@code page / 64}. For reading; writing would make {@link #count()} wrong.
     *
     * @return {@code ceil(pages / 64)} words
     */
    public MemorySegment words() {
        return words;
    }

    /**
     * Whether a page is in the set.
     *
     * @param page a page
     * @return true if it is
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
     */
    public long add(long firstPage, long pageCount) {
        Objects.checkFromIndexSize(firstPage, pageCount, pages);
        long before = count;
        for (long page = firstPage, end = firstPage + pageCount; page < end; page = nextWordStart(page)) {
            addWord(page >>> 6, maskOf(page, end));
        }
        return count - before;
    }

    /**
     * Removes the pages {@code [firstPage, firstPage + pageCount)}.
     *
     * @param firstPage first page
     * @param pageCount how many, at least 0
     * @return how many of them were in the set
     */
    public long remove(long firstPage, long pageCount) {
        Objects.checkFromIndexSize(firstPage, pageCount, pages);
        long before = count;
        for (long page = firstPage, end = firstPage + pageCount; page < end; page = nextWordStart(page)) {
            removeWord(page >>> 6, maskOf(page, end));
        }
        return before - count;
    }

    /**
     * Adds the pages of one word.
     *
     * @param wordIndex index of the word
     * @param mask its bits to add
     * @return how many were not in the set before
     */
    public int addWord(long wordIndex, long mask) {
        long old = words.getAtIndex(JAVA_LONG, wordIndex);
        int added = Long.bitCount(mask & ~old);
        words.setAtIndex(JAVA_LONG, wordIndex, old | mask);
        count += added;
        return added;
    }

    private void removeWord(long wordIndex, long mask) {
        long old = words.getAtIndex(JAVA_LONG, wordIndex);
        words.setAtIndex(JAVA_LONG, wordIndex, old & ~mask);
        count -= Long.bitCount(old & mask);
    }

    /**
     * Adds every page of another set over the same page space.
     *
     * @param other the other set
     */
    public void addAll(PageBitmap other) {
        if (other.pages != pages) {
            throw new IllegalArgumentException("page spaces differ: " + other.pages + " and " + pages);
        }
        for (long word = 0; word < wordsFor(pages); word++) {
            long mask = other.words.getAtIndex(JAVA_LONG, word);
            if (mask != 0) {
                addWord(word, mask);
            }
        }
    }

    /** Removes every page. */
    public void clear() {
        words.fill((byte) 0);
        count = 0;
    }

    private static long nextWordStart(long page) {
        return (page | 63) + 1;
    }

    /** The bits of the word of {@code page} that lie in {@code [page, end)}. */
    static long maskOf(long page, long end) {
        long from = -1L << page;
        return end < nextWordStart(page) ? from & ~(-1L << end) : from;
    }

    @Override
    public void close() {
        arena.close();
    }
}
