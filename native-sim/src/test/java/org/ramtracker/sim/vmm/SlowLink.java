package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/** A TCP connection through a relay that hands on so many bytes a second towards the destination. */
final class SlowLink implements AutoCloseable {
    private static final int PIECE_BYTES = 16 << 10;

    private final Listener listener;
    private final Endpoint.Tcp destination;
    private final long bytesPerSecond;

    private SlowLink(Listener listener, Endpoint.Tcp destination, long bytesPerSecond) {
        this.listener = listener;
        this.destination = destination;
        this.bytesPerSecond = bytesPerSecond;
        Thread.ofPlatform().daemon().name("slow-link").start(this::relay);
    }

    static SlowLink to(Endpoint.Tcp destination, long bytesPerSecond) throws IOException {
        return new SlowLink(Listener.open(new Endpoint.Tcp("127.0.0.1", 0)), destination, bytesPerSecond);
    }

    Endpoint endpoint() {
        return listener.endpoint();
    }

    private void relay() {
        try (SocketChannel source = listener.accept();
                SocketChannel target = Connector.connect(destination)) {
            Thread.ofPlatform().daemon().name("slow-link-back").start(() -> pump(target, source, 0));
            pump(source, target, PIECE_BYTES * 1_000_000_000L / bytesPerSecond);
        } catch (IOException e) {
            // an end that is gone ends the link
        }
    }

    private static void pump(SocketChannel from, SocketChannel to, long pauseNanos) {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        try {
            while (from.read(piece) >= 0) {
                piece.flip();
                while (piece.hasRemaining()) {
                    to.write(piece);
                }
                piece.clear();
                LockSupport.parkNanos(pauseNanos);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // as above
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
