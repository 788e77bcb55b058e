package org.ramtracker.sim.guest;

import java.time.Duration;
import java.util.Optional;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.migrate.VcpuControl;

/**
 * Something that writes a machine's memory, can be moved, and can tell afterwards whether its memory is what it left.
 *
 * <pre>
 *   create ----.                      source: requestPause, isDrained, saveState, close
 *               +--> start --> runs
 *   load  -----'                      destination: load(state), start
 * </pre>
 *
 * <p>Threads: all methods may be called from any. The guest runs while it is started, not stopped by its manager
 * ({@link #stop}) and not paused by a migration ({@link #requestPause}).
 *
 * <p>Guarantees: once {@link #isDrained} has answered true, no page changes, every write is in the dirty log that belongs to
 * the guest, and both are visible to the caller, until the last of stop and pause is taken back.
 */
public interface Guest extends VcpuControl, AutoCloseable {
    /**
     * Lets the guest run for the first time.
     *
     * @throws IllegalStateException if it was started before
     */
    void start();

    /** The manager's pause: the guest stops soon; {@link #awaitDrained} says when. Twice is harmless. */
    void stop();

    /** Takes {@link #stop} back. The guest runs again unless a migration has paused it. */
    void cont();

    /**
     * Waits until the guest is paused or stopped and drained.
     *
     * @param limit how long to wait
     * @return whether it is
     * @throws InterruptedException if the caller is interrupted
     */
    boolean awaitDrained(Duration limit) throws InterruptedException;

    /**
     * What the guest is.
     *
     * @return its spec
     */
    GuestSpec spec();

    /**
     * The log that sees every write of this guest, and every write that was marked for it. It ends with the guest.
     *
     * @return always the same log
     */
    DirtyLog dirtyLog();

    /**
     * How much the guest has written by now.
     *
     * @return steps and bytes with the time
     */
    GuestStats stats();

    /**
     * Length of {@link #saveState}, known beforehand.
     *
     * @return bytes
     */
    int stateLengthBytes();

    /**
     * What a destination needs to go on with this guest, apart from its memory.
     *
     * @return {@link #stateLengthBytes} bytes
     * @throws IllegalStateException if the guest is not drained, or has died
     */
    byte[] saveState();

    /**
     * Looks at every word of memory.
     *
     * @return the verdict
     * @throws IllegalStateException if the guest is not drained, or has died
     */
    SelfCheckReport check();

    /**
     * What ended the guest, or a part of it, before its time.
     *
     * @return the first failure, with its cause; empty if all is well
     */
    Optional<IllegalStateException> failure();

    /** Ends the guest and waits for it. The memory may be closed afterwards. Twice is harmless. */
    @Override
    void close();
}
