package org.ramtracker.sim.monitor.qmp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What a client has still to read. Whoever has something to say puts it here and goes on; one thread writes. A client that
 * does not read loses its connection when too much waits for it.
 *
 * <p>Threads: any number offer, one {@linkplain #writeTo writes}.
 *
 * <p>Progress: offering never waits for the client.
 */
final class OutputQueue {
    private final Queue<ByteBuffer> waiting = new ArrayDeque<>();
    private final long bytesMax;
    private long bytes;
    private boolean closed;

    OutputQueue(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * Puts a line in.
     *
     * @return false if there is no room, or the queue was closed
     */
    synchronized boolean offer(byte[] line) {
        if (closed || bytes + line.length > bytesMax) {
            return false;
        }
        bytes += line.length;
        waiting.add(ByteBuffer.wrap(line));
        notifyAll();
        return true;
    }

    /** Takes no more; what is in is still written. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /**
     * Writes until the queue is closed and empty.
     *
     * @throws IOException if the client is gone
     * @throws InterruptedException if the caller is interrupted
     */
    void writeTo(WritableByteChannel client) throws IOException, InterruptedException {
        for (ByteBuffer line = next(); line != null; line = next()) {
            int length = line.remaining();
            while (line.hasRemaining()) {
                client.write(line);
            }
            written(length);
        }
    }

    private synchronized @Nullable ByteBuffer next() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        return waiting.poll();
    }

    private synchronized void written(int length) {
        bytes -= length;
    }
}
