package org.ramtracker.linux;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.libc.LibcException;

/**
 * The life of a log that the kernel keeps:
 *
 * <pre>
 *   made -- start --> running -- stop --> stopped -- start --> running ...        close: from any of them, once
 *                      sync*
 * </pre>
 *
 * <p>A log that the kernel refuses to end counts as running, so that {@link #stop} and {@link #close} ask again.
 *
 * <p>Threads: {@link #start}, {@link #sync} and {@link #stop} as the port says; {@link #close} from any thread, and it waits for
 * a sync that is under way.
 */
abstract class KernelLog implements DirtyLog, AutoCloseable {
    /** What the log keeps outside the heap, for as long as it is open. */
    final Arena arena = Arena.ofShared();

    private boolean running;

    /** Begins to log; a failure is followed by {@link #end}. */
    abstract void begin() throws LibcException;

    /** Does what {@link DirtyLog#sync} promises. */
    abstract long collectInto(PageBitmap pending) throws LibcException;

    /** Ends logging, as far as it began. */
    abstract void end() throws LibcException;

    /** Gives back what is not in the arena. */
    void release() throws LibcException {}

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the log is closed
     */
    @Override
    public final synchronized void start() {
        checkOpen();
        try {
            begin();
            running = true;
        } catch (LibcException e) {
            Failures failures = new Failures(e);
            running = false;
            failures.collect(this::end);
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the log does not run
     */
    @Override
    public final synchronized long sync(PageBitmap pending) {
        if (!running) {
            throw new IllegalStateException("the log does not run");
        }
        try {
            return collectInto(pending);
        } catch (LibcException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws UncheckedIOException if the kernel refuses; the log then counts as running, and stopping it again asks again
     */
    @Override
    public final synchronized void stop() {
        if (!running) {
            return;
        }
        try {
            end();
            running = false;
        } catch (LibcException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Stops the log and gives back what it holds, also if the kernel refuses something. Closing twice does nothing.
     *
     * @throws UncheckedIOException if the kernel refuses
     */
    @Override
    public final synchronized void close() {
        if (!arena.scope().isAlive()) {
            return;
        }
        Failures failures = new Failures();
        try {
            if (running) {
                failures.collect(this::end);
            }
        } finally {
            running = false;
            failures.collect(this::release);
            arena.close();
        }
        failures.throwAnyUnchecked();
    }

    final void checkOpen() {
        if (!arena.scope().isAlive()) {
            throw new IllegalStateException("the log is closed");
        }
    }
}
