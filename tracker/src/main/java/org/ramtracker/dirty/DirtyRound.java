package org.ramtracker.dirty;

import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/**
 * The owner of dirty bits between the log and the wire.
 *
 * <pre>
 *                collect            take             commit
 *   DirtyLog  ------------> pending ------> taken ------------> forgotten
 *                              ^              |
 *                              +--- putBack --+
 * </pre>
 *
 * <p>A page that was written and has not arrived is in at least one of the three places, at every moment: {@link #collect}
 * moves it from the log, {@link #take} when it is handed to the sink, and only {@link #commit} forgets it. A page that is
 * written again after it was taken is in two of them, and is sent again. {@link #putBack} makes all that was taken pending
 * again, so that an attempt that fails loses nothing.
 *
 * <p>Putting back cannot fail, so no "everything is dirty now" has to be remembered: both sets are as large as they will ever
 * be from the start, have the same page space, and nothing is allocated. What can fail is the log, in {@link #collect}; it
 * promises that each page is then either in {@link #pending} or still in the log.
 *
 * <p>Threads: single-threaded, the migrator's. Nothing allocates after construction.
 */
public final class DirtyRound implements AutoCloseable {
    private final GuestMemory memory;
    private final DirtyLog log;
    private final PageBitmap pending;
    private final PageBitmap taken;

    /**
     * An empty round.
     *
     * @param memory the guest's memory, which gives the page space
     * @param log where dirty pages come from, over the same page space
     */
    public DirtyRound(GuestMemory memory, DirtyLog log) {
        this(memory, log, Kernels.chosen());
    }

    /**
     * An empty round that is scanned by other kernels than those of this process.
     *
     * @param memory the guest's memory, which gives the page space
     * @param log where dirty pages come from, over the same page space
     * @param kernels what looks for pending pages
     */
    public DirtyRound(GuestMemory memory, DirtyLog log, MemoryKernels kernels) {
        this.memory = memory;
        this.log = log;
        this.pending = new PageBitmap(memory.pages(), kernels);
        this.taken = new PageBitmap(memory.pages(), kernels);
    }

    /** Makes every page of every block pending: the first pass of every attempt. */
    public void addEveryPage() {
        for (int index = 0; index < memory.blocks().size(); index++) { // an iterator would be an allocation
            RamBlock block = memory.blocks().get(index);
            pending.add(block.firstPage(), block.pages());
        }
    }

    /**
     * Syncs the log into what is pending. Read the bytes of pages after this has returned.
     *
     * @return how many pages the log reported
     * @throws java.io.UncheckedIOException if the log fails; what it had fetched is pending, what was pending before still is,
     *     and the next call gets the rest
     */
    public long collect() {
        return log.sync(pending);
    }

    /**
     * What is to be sent.
     *
     * @return the pending pages, a live view for reading; {@link #take} is how pages leave it
     */
    public PageBitmap pending() {
        return pending;
    }

    /**
     * Hands out pages: they are no longer pending, but still owned.
     *
     * @param firstPage first page
     * @param pageCount how many; all of them are pending
     * @throws IndexOutOfBoundsException if any of them does not exist; nothing has changed then
     */
    public void take(long firstPage, long pageCount) {
        taken.add(firstPage, pageCount);
        long removed = pending.remove(firstPage, pageCount);
        assert removed == pageCount
                : "took " + pageCount + " pages from " + firstPage + ", " + removed + " were pending";
    }

    /** What was taken has arrived: forget it. */
    public void commit() {
        taken.clear();
    }

    /** What was taken did not arrive, or is worth nothing any more: it is pending again. Never fails. */
    public void putBack() {
        pending.addAll(taken);
        taken.clear();
    }

    /** Frees both sets. */
    @Override
    public void close() {
        pending.close();
        taken.close();
    }
}
