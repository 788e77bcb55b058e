package org.ramtracker.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A descriptor of our own for a TCP connection that Java has opened: one call sends or receives many pieces of memory, and leaves
 * nothing on the heap, where Java's own gathering write allocates for each piece of an arena.
 *
 * <pre>
 *   channel           ---&gt; descriptor ---+
 *                                        +---&gt; connection
 *   StreamSocket.of   ---&gt; duplicate  ---+
 * </pre>
 *
 * <p>The channel knows nothing of this one: closing it neither ends a call here nor, as long as this is open, the connection. So whoever
 * ends a connection while a thread may wait here calls {@link #shutdown} first, waits for the thread, and then closes both.
 *
 * <p>Threads: one sends and one receives; {@link #shutdown} is anybody's; {@link #close} comes when nobody is in a call any more.
 */
public final class StreamSocket {
    /** {@code SHUT_RDWR} ({@code sys/socket.h}). */
    private static final int SHUT_RDWR = 2;

    /** {@code MSG_NOSIGNAL} ({@code linux/socket.h}): a connection that is gone is an error and no signal. */
    private static final int MSG_NOSIGNAL = 0x4000;

    /** {@code F_DUPFD_CLOEXEC} ({@code linux/fcntl.h}). */
    private static final int F_DUPFD_CLOEXEC = 1030;

    /** {@code F_GETFL} ({@code asm-generic/fcntl.h}). */
    private static final int F_GETFL = 3;

    private static final MethodHandle FCNTL = Libc.variadicFunction("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SENDMSG = Libc.function("sendmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle RECVMSG = Libc.function("recvmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SHUTDOWN = Libc.function("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);

    private final int fd;
    private boolean closed;

    private StreamSocket(int fd) {
        this.fd = fd;
    }

    /**
     * A further descriptor of a connection.
     *
     * <p>Not of a channel that a virtual thread has connected, read or written: Java has the descriptor of such a one never block again,
     * says that it does, and polls.
     *
     * @param channel in blocking mode as long as this is used; nobody closes it meanwhile
     * @return empty if it is no TCP connection, not connected, one that cannot block, or this is no Linux with {@code /proc}
     * @throws IOException if there are too many descriptors
     */
    public static Optional<StreamSocket> of(SocketChannel channel) throws IOException {
        OptionalInt found = SocketDescriptors.find(channel);
        if (found.isEmpty() || (fcntl(found.getAsInt(), F_GETFL) & LinuxCalls.O_NONBLOCK) != 0) {
            return Optional.empty();
        }
        return Optional.of(new StreamSocket(fcntl(found.getAsInt(), F_DUPFD_CLOEXEC)));
    }

    private static int fcntl(int fd, int command) throws LibcException {
        return (int) Libc.call(
                state -> (int) FCNTL.invokeExact(state, fd, command, 0),
                () -> "fcntl(fd %d, command %d)".formatted(fd, command));
    }

    /**
     * Waits until the connection takes bytes, and takes what went off the vector.
     *
     * @param vector what is to be sent, not empty
     * @return how many bytes went
     * @throws LibcException if the connection is lost
     */
    public long send(SocketVector vector) throws LibcException {
        MemorySegment state = Libc.callState();
        long sent;
        do {
            sent = sendmsg(state, vector.message());
        } while (wasInterrupted(sent, state));
        return moved("sendmsg", sent, state, vector);
    }

    /**
     * Waits until bytes come, and takes what they filled off the vector.
     *
     * @param vector what is to be filled, not empty
     * @return how many bytes came; 0 at the end of the input
     * @throws LibcException if the connection is lost
     */
    public long receive(SocketVector vector) throws LibcException {
        MemorySegment state = Libc.callState();
        long came;
        do {
            came = recvmsg(state, vector.message());
        } while (wasInterrupted(came, state));
        return moved("recvmsg", came, state, vector);
    }

    /** Not by {@link Libc#call}, whose invocation may end up on the heap. */
    private long sendmsg(MemorySegment state, MemorySegment message) {
        try {
            return (long) SENDMSG.invokeExact(state, fd, message, MSG_NOSIGNAL);
        } catch (Throwable e) {
            throw Libc.unchecked(e);
        }
    }

    private long recvmsg(MemorySegment state, MemorySegment message) {
        try {
            return (long) RECVMSG.invokeExact(state, fd, message, 0);
        } catch (Throwable e) {
            throw Libc.unchecked(e);
        }
    }

    private static boolean wasInterrupted(long result, MemorySegment state) {
        return result < 0 && Libc.errno(state) == Errno.EINTR;
    }

    private long moved(String call, long bytes, MemorySegment state, SocketVector vector) throws LibcException {
        if (bytes < 0) {
            String what = "%s(fd %d, length 0x%x)".formatted(call, fd, vector.remainingBytes());
            throw new LibcException(what, Libc.errno(state));
        }
        vector.moved(bytes);
        return bytes;
    }

    /**
     * Ends the connection in both directions, and with it calls that wait for it: they return or fail. Does nothing once this is closed.
     *
     * @throws LibcException if the connection is gone already
     */
    public synchronized void shutdown() throws LibcException {
        if (!closed) {
            Libc.call(state -> (int) SHUTDOWN.invokeExact(state, fd, SHUT_RDWR), () -> "shutdown(fd %d)".formatted(fd));
        }
    }

    /**
     * Closes this descriptor, not the channel. Twice is harmless.
     *
     * @throws LibcException if the kernel refuses; the descriptor is closed all the same
     */
    public synchronized void close() throws LibcException {
        if (!closed) {
            closed = true; // before the call: the number may be somebody else's right after it
            Libc.close(fd);
        }
    }
}
