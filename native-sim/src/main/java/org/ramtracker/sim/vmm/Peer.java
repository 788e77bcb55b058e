package org.ramtracker.sim.vmm;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The other end of a migration's connection once the stream is over: lines of text and bytes in both directions, each with a
 * deadline, because the other end may be anything or gone.
 *
 * <p>Threads: one at a time. The channel is non-blocking from construction on; closing it is its owner's business.
 */
final class Peer implements AutoCloseable {
    /** Longest line accepted: a digest for each of some thousands of blocks. */
    static final int LINE_BYTES_MAX = 1 << 20;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer received = ByteBuffer.allocate(1 << 16).limit(0);

    Peer(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        this.selector = Selector.open();
        this.key = channel.register(selector, 0);
    }

    /** Sends a line; the newline is added here. */
    void sendLine(String line, long timeoutNanos) throws IOException {
        send(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)), timeoutNanos);
    }

    void send(ByteBuffer bytes, long timeoutNanos) throws IOException {
        long deadline = System.nanoTime() + timeoutNanos;
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, deadline);
            }
        }
    }

    /** Receives a line, without its newline. */
    String receiveLine(long timeoutNanos) throws IOException {
        long deadline = System.nanoTime() + timeoutNanos;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte next = receiveByte(deadline); next != '\n'; next = receiveByte(deadline)) {
            if (line.size() == LINE_BYTES_MAX) {
                throw new IOException("the other end sent a line of more than " + LINE_BYTES_MAX + " bytes");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Receives exactly so many bytes. */
    ByteBuffer receive(int lengthBytes, long timeoutNanos) throws IOException {
        long deadline = System.nanoTime() + timeoutNanos;
        ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
        while (bytes.hasRemaining()) {
            bytes.put(receiveByte(deadline));
        }
        return bytes.flip();
    }

    private byte receiveByte(long deadline) throws IOException {
        while (!received.hasRemaining()) {
            refill(deadline);
        }
        return received.get();
    }

    private void refill(long deadline) throws IOException {
        received.clear();
        int count = channel.read(received);
        received.flip();
        if (count < 0) {
            throw new EOFException("the other end closed the connection");
        }
        if (count == 0) {
            await(SelectionKey.OP_READ, deadline);
        }
    }

    private void await(int operation, long deadline) throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("the other end did not answer in time");
        }
        key.interestOps(operation);
        selector.select(millis);
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
