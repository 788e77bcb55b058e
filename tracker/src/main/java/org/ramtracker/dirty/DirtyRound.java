package org.ramtracker.dirty;

import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * The owner of dirty bits between the log and the wire. A page is in exactly one place: in the log, pending here, or taken
 * (handed to the sink, not yet known to have arrived). {@link #commit} forgets what was taken; {@link #putBack} makes it
 * pending again, so that an attempt that fails loses nothing.
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
     * @param log where dirty pages come from
     */
    public DirtyRound(GuestMemory memory, DirtyLog log) {
        this.memory = memory;
        this.log = log;
        this.pending = new PageBitmap(memory.pages());
        this.taken = new PageBitmap(memory.pages());
    }

    /** Makes every page of every block pending: the first pass. */
    public void addEveryPage() {
        for (RamBlock block : memory.blocks()) {
            pending.add(block.firstPage(), block.pages());
        }
    }

    /**
     * Syncs the log into what is pending.
     *
     * @return how many pages the log reported
     */
    public long collect() {
        return log.sync(pending);
    }

    /**
     * What is to be sent.
     *
     * @return the pending pages; read only
     */
    public PageBitmap pending() {
        return pending;
    }

    /**
     * Hands out pages: they are no longer pending, but still owned.
     *
     * @param firstPage first page
     * @param pageCount how many
     */
    public void take(long firstPage, long pageCount) {
        pending.remove(firstPage, pageCount);
        taken.add(firstPage, pageCount);
    }

    /** What was taken has arrived: forget it. */
    public void commit() {
        taken.clear();
    }

    /** What was taken did not arrive, or is worth nothing any more: it is pending again. */
    public void putBack() {
        pending.addAll(taken);
        taken.clear();
    }

    @Override
    public void close() {
        pending.close();
        taken.close();
    }
}
