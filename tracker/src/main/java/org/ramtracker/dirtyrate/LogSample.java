package org.ramtracker.dirtyrate;

import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.GuestMemory;

/**
 * QEMU's mode {@code dirty-bitmap}: asks the dirty log, which counts every page. It takes what the log holds away, so a
 * migration must not use the log at the same time: it would lose pages. One that begins later is safe, because it sends every
 * page in its first pass.
 */
public final class LogSample implements DirtySample {
    private final GuestMemory memory;
    private final DirtyLog log;
    private final PageBitmap dirtied;
    private boolean closed;

    private LogSample(GuestMemory memory, DirtyLog log) {
        this.memory = memory;
        this.log = log;
        this.dirtied = new PageBitmap(memory.pages());
    }

    /**
     * Starts the log, and forgets what it reports at once: a log may know of earlier writes, or report everything first.
     *
     * @param memory the guest's memory
     * @param log over its page space, which nobody else uses until this is closed
     * @return the sample; closing it stops the log
     * @throws java.io.UncheckedIOException if the log fails; it is stopped then
     */
    public static LogSample begin(GuestMemory memory, DirtyLog log) {
        LogSample sample = new LogSample(memory, log);
        try {
            log.start();
            log.sync(sample.dirtied);
            sample.dirtied.clear();
            return sample;
        } catch (RuntimeException e) {
            sample.close();
            throw e;
        }
    }

    @Override
    public long dirtiedBytes() {
        log.sync(dirtied);
        return memory.pageSize().toBytes(dirtied.count());
    }

    /** Stops the log. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            log.stop();
            dirtied.close();
        }
    }
}
