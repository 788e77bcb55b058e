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
 * <p><b>Threads.</b> {@link #mark(long)} and {@link #mark(long, long)} from any number of threads, at any time.
 * {@link #harvestInto} from one thread at a time, the migrator. {@link #close} when both have ended; a call that comes later
 * throws {@link IllegalStateException}.
 *
 * <p><b>Guarantees.</b> No write is lost, if each side keeps its order:
 *
 * <pre>
 *   writer                               migrator
 *   1. store the bytes                   3. clear the word by atomic exchange     (harvestInto)
 *   2. mark the page by atomic OR        4. read the bytes of the pages it held   (after harvestInto)
 * </pre>
 *
 * <p>The ORs and the exchanges of one word are read-modify-write operations, so they happen one after the other, and only an
 * exchange clears a bit. For a mark (2) and the first exchange (3) that follows it in that order:
 *
 * <ul>
 *   <li>The exchange reads a value to which the mark has contributed, whatever other marks came between. Hence it reports the
 *       page, and the mark happens-before the exchange: the bytes stored at (1) are visible at (4).
 *   <li>An exchange that came <em>before</em> the mark may have been followed by a read (4) that saw old bytes, new bytes, or
 *       half of each. That does no harm: the bit is set now, and the exchange after the mark reports the page again.
 * </ul>
 *
 * <p>A page can be reported in vain, when (4) has already seen what the mark is about; it is then sent twice. It cannot be
 * missed. What would break this, each caught by a test that runs it:
 *
 * <ul>
 *   <li><em>Reading the bytes before clearing</em>: a write that falls between the two is cleared without having been read.
 *   <li><em>Clearing by a load and a store</em>: marks that fall between the two are overwritten.
 *   <li><em>Leaving out the OR because the bit looks set</em>, to save the atomic operation. A load is not ordered after an
 *       earlier store to another address: the processor holds the store back in its store buffer and reads the bit, still
 *       set; the migrator clears the word and reads the old bytes; then the store lands, and no bit says so. The OR does not
 *       have this problem, because it joins the order of the word's read-modify-write operations, while a load takes part in
 *       none. The shortcut would be right only with a full fence between (1) and the load <em>and</em> one between (3) and
 *       (4), and that fence costs the writer as much as the OR does.
 * </ul>
 *
 * <p><b>Progress.</b> Marking is lock-free: the OR is a compare-and-set loop, which retries only if another thread has changed
 * the same 64 pages meanwhile. (Java has no single instruction for it: {@code getAndBitwiseOr} compiles to that loop, and a
 * loop written by hand was no faster.) Harvesting is wait-free: one exchange for each word that holds marks. Nothing allocates
 * after construction.
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
     * @throws IllegalArgumentException if it is less
     */
    public DirtyBitmap(long pages) {
        if (pages < 1) {
            throw new IllegalArgumentException("a dirty bitmap of " + pages + " pages");
        }
        this.pages = pages;
        this.wordCount = PageBitmap.wordsFor(pages);
        this.arena = Arena.ofShared();
        this.words = arena.allocate(wordCount * Long.BYTES, PageBitmap.ALIGNMENT_BYTES);
    }

    /**
     * Marks a page as written. Call it <em>after</em> the bytes were stored. Release: pairs with the exchange of
     * {@link #harvestInto}.
     *
     * @param page a page
     * @throws IndexOutOfBoundsException if it is outside {@code [0, pages)}: a lost mark would be a corrupted guest
     */
    public void mark(long page) {
        Objects.checkIndex(page, pages);
        or(page >>> 6, 1L << page);
    }

    /**
     * Marks the pages {@code [firstPage, firstPage + pageCount)} with one atomic operation for each word, that is for up to 64
     * pages. Call it <em>after</em> all bytes were stored. A harvest that runs meanwhile may report a part of them, and the
     * next one the others.
     *
     * @param firstPage first page
     * @param pageCount how many, at least 0
     * @throws IndexOutOfBoundsException if any of them is outside {@code [0, pages)}; then none is marked
     */
    public void mark(long firstPage, long pageCount) {
        Objects.checkFromIndexSize(firstPage, pageCount, pages);
        for (long page = firstPage, end = firstPage + pageCount; page < end; page = PageBitmap.nextWordStart(page)) {
            or(page >>> 6, PageBitmap.maskOf(page, end));
        }
    }

    /** Always stores, also when the bits are set already: the class documentation says why it must. */
    private void or(long wordIndex, long mask) {
        long ignored = (long) WORD.getAndBitwiseOr(words, wordIndex * Long.BYTES, mask);
    }

    /**
     * Moves all marks into a set, a word at a time by atomic exchange. Read the bytes of the pages <em>after</em> this has
     * returned. Acquire: pairs with the OR of {@link #mark(long)}.
     *
     * <p>A mark whose call returned before this was called (in the sense of happens-before: the pause of a guest, the end of a
     * thread) is moved; one that is being made meanwhile is moved now or stays for the next harvest.
     *
     * <p>Words without marks are found by plain vector reads, which is what makes the harvest of an idle guest cheap, and
     * which loses nothing. A mark that happens-before the harvest cannot be overlooked: the values that such a read may return
     * are those written by that mark or after it, only this thread clears, and so each of them has the bit, even if it were
     * torn. A plain read may overlook a mark that is being made meanwhile; that mark stays where it is.
     *
     * @param pending the set, over the same page space
     * @return how many marks were moved
     * @throws IllegalArgumentException if the page spaces differ; nothing is moved
     * @throws IllegalStateException if the set has been closed; then a word that could not be moved is marked again, which
     *     cannot fail because it needs no more than the memory it was just taken from. So every mark is in one of the two
     */
    public long harvestInto(PageBitmap pending) {
        if (pending.pages() != pages) {
            throw new IllegalArgumentException("page spaces differ: " + pending.pages() + " and " + pages);
        }
        long moved = 0;
        for (long word = markedWordFrom(0); word < wordCount; word = markedWordFrom(word + 1)) {
            moved += moveWord(word, pending);
        }
        return moved;
    }

    private long markedWordFrom(long wordIndex) {
        return kernels.firstNonZeroWord(words, wordIndex, wordCount);
    }

    private long moveWord(long wordIndex, PageBitmap pending) {
        long mask = (long) WORD.getAndSet(words, wordIndex * Long.BYTES, 0L);
        try {
            pending.addWord(wordIndex, mask);
        } catch (RuntimeException | Error e) {
            or(wordIndex, mask);
            throw e;
        }
        return Long.bitCount(mask);
    }

    /**
     * Size of the page space.
     *
     * @return pages that can be marked
     */
    public long pages() {
        return pages;
    }

    /** Frees the bitmap. Closing twice does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
