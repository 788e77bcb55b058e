package org.ramtracker.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StreamSocketTest {
    private static final int PIECES = 100;
    private static final int PIECE_BYTES = 40_000;

    private final Arena arena = Arena.ofShared();
    private SocketChannel near;
    private SocketChannel far;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            near = SocketChannel.open(server.getLocalAddress());
            far = server.accept();
        }
    }

    @AfterEach
    void disconnect() throws IOException {
        near.close();
        far.close();
        arena.close();
    }

    /** More than the socket's buffers hold, so that calls move a part of what they are given. */
    @Test
    void everyPieceArrivesWholeAndInOrder() throws Exception {
        MemorySegment source = arena.allocate((long) PIECES * PIECE_BYTES);
        for (long at = 0; at < source.byteSize(); at += Long.BYTES) {
            source.set(ValueLayout.JAVA_LONG, at, at * 0x9E3779B97F4A7C15L);
        }
        MemorySegment target = arena.allocate(source.byteSize());
        StreamSocket sender = StreamSocket.of(near).orElseThrow();
        StreamSocket receiver = StreamSocket.of(far).orElseThrow();
        FutureTask<Long> sent = start(() -> move(backwards(source), sender::send));
        assertThat(move(backwards(target), receiver::receive)).isEqualTo(source.byteSize());
        assertThat(sent.get(60, TimeUnit.SECONDS)).isEqualTo(source.byteSize());
        assertThat(source.mismatch(target)).isEqualTo(-1);
        sender.close();
        receiver.close();
    }

    @Test
    void channelThatAVirtualThreadUsedIsLeftToJavaWhichNeverBlocksInIt() throws Exception {
        Thread.startVirtualThread(() -> {
                    try {
                        near.write(ByteBuffer.wrap(new byte[] {1}));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .join();
        assertThat(far.read(ByteBuffer.allocate(1))).isOne();
        assertThat(near.isBlocking()).isTrue();
        assertThat(StreamSocket.of(near)).isEmpty();
        StreamSocket.of(far).orElseThrow().close();
    }

    private interface Move {
        long move(SocketVector vector) throws IOException;
    }

    private static SocketVector backwards(MemorySegment memory) {
        SocketVector vector = new SocketVector(PIECES);
        vector.begin();
        for (int i = PIECES - 1; i >= 0; i--) {
            vector.add(memory, (long) i * PIECE_BYTES, PIECE_BYTES);
        }
        return vector;
    }

    private static long move(SocketVector vector, Move move) throws IOException {
        long moved = 0;
        while (vector.remainingBytes() > 0) {
            moved += move.move(vector);
        }
        return moved;
    }

    private static <T> FutureTask<T> start(Callable<T> task) {
        FutureTask<T> started = new FutureTask<>(task);
        Thread.ofPlatform().daemon().start(started);
        return started;
    }

    @Test
    void theEndOfTheInputIsNothing() throws IOException {
        StreamSocket socket = StreamSocket.of(near).orElseThrow();
        far.close();
        assertThat(socket.receive(vectorOf(8))).isZero();
        socket.close();
    }

    @Test
    void aLostConnectionIsAnErrorAndNoSignal() throws IOException {
        StreamSocket socket = StreamSocket.of(near).orElseThrow();
        near.shutdownOutput();
        assertThatThrownBy(() -> socket.send(vectorOf(8)))
                .isInstanceOf(LibcException.class)
                .hasMessageMatching("sendmsg\\(fd \\d+, length 0x8\\): EPIPE \\(broken pipe\\)");
        socket.close();
    }

    @Test
    void shutdownEndsAThreadThatWaits() throws Exception {
        StreamSocket socket = StreamSocket.of(near).orElseThrow();
        FutureTask<Long> received = start(() -> socket.receive(vectorOf(8)));
        assertThatThrownBy(() -> received.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(Exception.class);
        near.close();
        socket.shutdown();
        assertThat(received.get(60, TimeUnit.SECONDS)).isZero();
        socket.close();
    }

    @Test
    void connectionLastsUntilBothAreClosedAndClosingTwiceIsHarmless() throws IOException {
        StreamSocket socket = StreamSocket.of(near).orElseThrow();
        near.close();
        assertThat(socket.send(vectorOf(8))).isEqualTo(8);
        socket.close();
        socket.close();
        socket.shutdown();
        ByteBuffer bytes = ByteBuffer.allocate(16);
        while (far.read(bytes) >= 0) {
            assertThat(bytes.position()).isLessThanOrEqualTo(8);
        }
        assertThat(bytes.position()).isEqualTo(8);
    }

    /** Its ends have no names that tell one connection from another. */
    @Test
    void aUnixSocketHasNone(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            try (SocketChannel unix = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                assertThat(StreamSocket.of(unix)).isEmpty();
            }
        } finally {
            Files.deleteIfExists(path);
        }
    }

    @Test
    void aPieceOutsideOfItsMemoryOrOneTooManyIsRefused() {
        MemorySegment memory = arena.allocate(16);
        SocketVector vector = new SocketVector(1);
        vector.begin();
        assertThatThrownBy(() -> vector.add(memory, 9, 8)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> vector.add(memory, -1, 8)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> vector.add(memory, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        vector.add(memory, 8, 8);
        assertThatThrownBy(() -> vector.add(memory, 0, 8)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private SocketVector vectorOf(long lengthBytes) {
        SocketVector vector = new SocketVector(1);
        vector.begin();
        vector.add(arena.allocate(lengthBytes), 0, lengthBytes);
        return vector;
    }

    @Test
    void vectorRefusesWhatTheKernelCannotReach() {
        MemorySegment onHeap = MemorySegment.ofArray(new byte[8]);

        assertThatThrownBy(() -> new SocketVector(1).add(onHeap, 0, 8)).hasMessage("a piece of memory on the heap");
        assertThatThrownBy(() -> new SocketVector(1025)).hasMessage("1025 pieces, the kernel takes 1 to 1024");
        assertThatThrownBy(() -> new SocketVector(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
