package org.ramtracker.sim.monitor;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;

/** Where a monitor's clients come in: a listening socket. Closing it ends a wait in {@link #accept}. */
public interface ClientSource extends Closeable {
    /**
     * Waits for the next client.
     *
     * @return its connection, blocking
     * @throws ClosedChannelException if this was closed
     * @throws IOException if there is no taking it now
     */
    SocketChannel accept() throws IOException;
}
