package org.ramtracker.live;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;
import org.ramtracker.libc.SocketVector;
import org.ramtracker.libc.StreamSocket;
import org.ramtracker.memory.PageSize;
import org.ramtracker.stream.MultifdPacketDescriptor;
import org.ramtracker.stream.ScatteringInput;

/**
 * The connection of a page channel, at either end. Where it has a descriptor of its own, which is over TCP on Linux, pages travel between
 * their places in memory and the socket by one call for many runs; elsewhere by Java's reads and writes.
 *
 * <p>Threads: the channel's own, which waits here; the methods that end the connection belong to another one.
 */
final class ChannelSocket implements ScatteringInput, WritableByteChannel {
    private final SocketChannel socket;
    private final SocketVector vector;
    private @Nullable StreamSocket own;

    ChannelSocket(SocketChannel socket, PageSize pageSize) {
        this.socket = socket;
        this.vector = new SocketVector(MultifdPacketDescriptor.pagesMax(pageSize) + 1);
    }

    /** To be called before the thread starts. */
    void open() throws IOException {
        socket.configureBlocking(true);
        own = StreamSocket.of(socket).orElse(null);
    }

    /** If this is a source's: small packets leave at once, and all as fast as they are read within this machine. */
    void prepareToSend() throws IOException {
        Sockets.sendAtOnce(socket);
        Sockets.sendByRenoWithin(socket);
    }

    /** Whether pieces of memory can be gathered and scattered. */
    @Override
    public boolean scatters() {
        return own != null;
    }

    @Override
    public void begin() {
        vector.begin();
    }

    @Override
    public void add(MemorySegment memory, long offsetBytes, long lengthBytes) {
        vector.add(memory, offsetBytes, lengthBytes);
    }

    @Override
    public long fill() throws IOException {
        long bytes = own().receive(vector);
        return bytes == 0 ? -1 : bytes;
    }

    /** Of the pieces that were added, what has not been sent. */
    long remainingBytes() {
        return vector.remainingBytes();
    }

    /** Waits until the connection takes some of it, and tells how much it took. */
    long drain() throws IOException {
        return own().send(vector);
    }

    private StreamSocket own() throws ClosedChannelException {
        if (own == null) {
            throw new ClosedChannelException();
        }
        return own;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return socket.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return socket.write(source);
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    /** From now on closing ends the connection with a reset, where there is one. */
    void resetOnClose() throws IOException {
        if (socket.isOpen() && socket.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
    }

    /** Ends the thread's wait, whatever it is in. {@link #close} is still to come. */
    void endWaits() {
        if (own != null) {
            Closing.closeFailed(own::shutdown);
        }
        Closing.closeFailed(socket);
    }

    /** Closes the connection; the thread has ended. Twice is harmless. */
    @Override
    public void close() {
        Closing.closeFailed(socket);
        if (own != null) {
            Closing.closeFailed(own::close);
        }
    }
}
