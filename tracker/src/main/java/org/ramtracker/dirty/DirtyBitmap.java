package org.ramtracker.dirty;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/**
 * Concurrent dirty marks: off-heap, one bit a page, any number of marking threads and one harvesting thread.
 *
 * <p>Threads: {@link #mark(long)} from any; {@link #harvestInto} from one at a time.
 *
 * <p>Guarantees: see {@link #mark(long)} and {@link #harvestInto}.
 *
 * <p>Progress: marking is lock-free, harvesting is wait-free for each word.
 */
public final class DirtyBitmap implements AutoCloseable {
    private static final VarHandle WORD = JAVA_LONG.varHandle();

    private final long pages;
    private final long wordCount;
    private final Arena arena;
    private final MemorySegment words;
    private final MemoryKernels kernels = Kernels.chosen();

    /**
     * A bitmap without marks over the page space {@code [0, pages)}.
     *
     * @param pages size of the page space, at least 1
     */
    public DirtyBitmap(long pages) {
        if (pages < 1) {
            throw new IllegalArgumentException("a dirty bitmap of " + pages + " pages");
        }
        this.pages = pages;
        this.wordCount = PageBitmap.wordsFor(pages);
        this.arena = Arena.ofShared();
        this.words = arena.allocate(wordCount * Long.BYTES, 64);
    }

    /**
     * Marks a page as written. Call it <em>after</em> the bytes were stored.
     *
     * @param page a page
     * @throws IndexOutOfBoundsException if there is no such page: a lost mark would be a corrupted guest
     */
    public void mark(long page) {
        Objects.checkIndex(page, pages);
        or(page >>> 6, 1L << page);
    }

    /**
     * Marks the pages {@code [firstPage, firstPage + pageCount)} with one atomic operation a word.
     *
     * @param firstPage first page
     * @param pageCount how many
     * @throws IndexOutOfBoundsException if any of them does not exist; then none is marked
     */
    public void mark(long firstPage, long pageCount) {
        Objects.checkFromIndexSize(firstPage, pageCount, pages);
        for (long page = firstPage, end = firstPage + pageCount; page < end; page = (page | 63) + 1) {
            or(page >>> 6, PageBitmap.maskOf(page, end));
        }
    }

    private void or(long wordIndex, long mask) {
        long ignored = (long) WORD.getAndBitwiseOr(words, wordIndex * Long.BYTES, mask);
    }

    /**
     * Moves all marks into a set, a word at a time by atomic exchange.
     *
     * @param pending the set, over the same page space
     * @return how many marks were moved
     */
    public long harvestInto(PageBitmap pending) {
        if (pending.pages() != pages) {
            throw new IllegalArgumentException("page spaces differ: " + pending.pages() + " and " + pages);
        }
        long found = 0;
        long word = kernels.firstNonZeroWord(words, 0, wordCount);
        while (word < wordCount) {
            long mask = (long) WORD.getAndSet(words, word * Long.BYTES, 0L);
            found += Long.bitCount(mask);
            pending.addWord(word, mask);
            word = kernels.firstNonZeroWord(words, word + 1, wordCount);
        }
        return found;
    }

    /**
     * Size of the page space.
     *
     * @return pages that can be marked
     */
    public long pages() {
        return pages;
    }

    @Override
    public void close() {
        arena.close();
    }
}
