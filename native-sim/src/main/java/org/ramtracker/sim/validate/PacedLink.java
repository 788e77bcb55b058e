package org.ramtracker.sim.validate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import org.ramtracker.forecast.LinkModel;
import org.ramtracker.sim.vmm.Endpoint;

/**
 * A link of a known bandwidth to a destination on this host: a relay that takes one connection and hands on so many bytes a
 * second in one direction, and everything at once in the other.
 *
 * <p>Threads: two of its own; {@link #close} from any.
 */
final class PacedLink implements AutoCloseable {
    /** Sockets that took more would hold what the guest waits for at the switchover. */
    private static final int SOCKET_BYTES = 128 << 10;

    /** What waits on the way: in the source's socket as much as Linux lets it grow to, in this link's two, together, what was asked for one. */
    static final long BUFFER_BYTES = LinkModel.BUFFER_BYTES + SOCKET_BYTES;

    private static final int PIECE_BYTES = 32 << 10;
    /** What a thread that was woken late makes up for at most, while bytes wait. */
    private static final long BACKLOG_NANOS_MAX = 50_000_000;

    private final ServerSocketChannel listener;
    private final Endpoint.Tcp destination;
    private final double nanosPerByte;

    private PacedLink(ServerSocketChannel listener, Endpoint.Tcp destination, long bytesPerSecond) {
        this.listener = listener;
        this.destination = destination;
        this.nanosPerByte = 1e9 / bytesPerSecond;
    }

    /** A link that waits for its connection. */
    static PacedLink to(Endpoint.Tcp destination, long bytesPerSecond) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        PacedLink link = new PacedLink(listener, destination, bytesPerSecond);
        try {
            listener.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BYTES);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        Thread.ofPlatform().daemon().name("link").start(link::relay);
        return link;
    }

    Endpoint.Tcp endpoint() {
        return new Endpoint.Tcp("127.0.0.1", listener.socket().getLocalPort());
    }

    private void relay() {
        try (SocketChannel source = listener.accept();
                SocketChannel target = SocketChannel.open()) {
            target.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BYTES);
            target.setOption(StandardSocketOptions.TCP_NODELAY, true);
            source.setOption(StandardSocketOptions.TCP_NODELAY, true);
            target.connect(new InetSocketAddress(destination.host(), destination.port()));
            Thread.ofPlatform().daemon().name("link-back").start(() -> pump(target, source, 0));
            pump(source, target, nanosPerByte);
        } catch (IOException e) {
            // an end that is gone ends the link, and is reported by both ends
        }
    }

    /** A link that had nothing to carry was idle and makes up for nothing; otherwise for what this thread itself missed. */
    private static void pump(SocketChannel from, SocketChannel to, double nanosPerByte) {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        double freeNanos = System.nanoTime();
        try {
            for (boolean idle = isEmpty(from); from.read(piece) >= 0; idle = isEmpty(from)) {
                piece.flip();
                double now = System.nanoTime();
                freeNanos = idle ? now : Math.max(freeNanos, now - BACKLOG_NANOS_MAX);
                freeNanos += piece.remaining() * nanosPerByte;
                sleepUntil((long) freeNanos);
                while (piece.hasRemaining()) {
                    to.write(piece);
                }
                piece.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // as in relay
        }
    }

    /** Whether the next read has to wait. */
    private static boolean isEmpty(SocketChannel from) throws IOException {
        return from.socket().getInputStream().available() == 0;
    }

    private static void sleepUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
