package org.ramtracker.dirty;

/**
 * Answers one question: which pages were written since I last asked? The sources are the VMM's own marks
 * ({@link DirtyBitmap}), the kernel (package {@code linux}), and a recorded trace.
 *
 * <p><b>Contract.</b> A page written while the log runs is reported by the first {@link #sync} that begins after the write
 * (and its mark, for sources that mark) is complete, or by an earlier one. A page reported by a sync must be read
 * <em>after</em> that sync returned: a write that the reader then misses is reported by a later sync. Over-reporting is
 * allowed where a source documents its bound; under-reporting never. "After" and "before" are meant as happens-before: to know
 * that writes are complete the guest is paused and drained. A log is over the page space of one
 * {@link org.ramtracker.memory.GuestMemory}. Every implementation runs the test {@code DirtyLogContract}.
 *
 * <p>Threads: the three methods belong to one thread, the migrator. The guest writes at any time, from any thread.
 */
public interface DirtyLog {
    /**
     * Begins to log. Every page written after this returns is reported; pages written before need not be, so the caller
     * treats all of them as dirty. Starting a log that runs begins anew: it may forget what it held.
     *
     * @throws java.io.UncheckedIOException if the source fails; the log is then stopped
     */
    void start();

    /**
     * Moves every page written since the last sync into {@code pending}: fetches and clears in one step, so that a page is
     * either in the log or in {@code pending}, never in neither.
     *
     * @param pending the owner's set; pages are only added
     * @return how many pages were found dirty, whether or not they were in {@code pending} already
     * @throws java.io.UncheckedIOException if the source fails; what was fetched until then is in {@code pending}, what was
     *     not is still in the log
     */
    long sync(PageBitmap pending);

    /** Ends logging and lets the guest write at full speed. Stopping a stopped log does nothing. */
    void stop();
}
