package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream goes: what differs between a connection, a file and a pipe.
 *
 * <p>Threads: one. Nothing waits, but for what a disk makes a write wait. An {@link IOException} means that the destination is
 * lost.
 */
interface Outlet {
    /** For people: address or path. */
    String name();

    /** Whether the destination can answer. */
    boolean hasReturnPath();

    /** How far a destination that can answer has come; null for one that cannot. */
    default @Nullable Milestones milestones() {
        return null;
    }

    /** Prepares for writing. */
    void open() throws IOException;

    /**
     * Writes what the link takes now.
     *
     * @return bytes written, 0 if it takes nothing
     */
    int write(ByteBuffer bytes) throws IOException;

    /** Looks for bad news from the destination. */
    default void poll() throws IOException {}

    /** The last bytes before the confirmation are on their way: from now on the destination may confirm. */
    default void expectConfirmation() {}

    /** Asked when everything was written: whether the destination has everything for good. */
    boolean isConfirmed() throws IOException;

    /** Ends in good order. */
    void close() throws IOException;

    /** Ends so that the destination notices a failure at once and nothing half-written stays. Never throws. */
    void abort();
}
