package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.ChannelCompression;
import org.ramtracker.stream.MultifdPacketWriter;

/** A packet that leaves by one call is the one that the encoder makes. */
class GatheringWriterTest {
    private static final int PACKETS = 100;
    private static final int PAGE_BYTES = PageSize.KIB_4.bytes();

    private final ChannelCounters counters = new ChannelCounters();

    @Test
    void packetOfAnyRunsIsTheEncodersPacket() throws Exception {
        long seed = System.nanoTime();
        try (GuestMemory memory = TestGuest.memory(PageSize.KIB_4, 4 << 20);
                Connection connection = Connection.tcp();
                MultifdPacketWriter writer = writer();
                MultifdPacketWriter whole = writer()) {
            RamBlock block = memory.blocks().getFirst();
            fill(block);
            ChannelSocket socket = new ChannelSocket(connection.source(), PageSize.KIB_4);
            socket.open();
            assertThat(socket.scatters()).isTrue();
            GatheringWriter gathering = new GatheringWriter(socket, writer, PageSize.KIB_4, counters);
            RandomGenerator random = new SplittableRandom(seed);
            long bytes = 0;
            for (int packet = 0; packet < PACKETS; packet++) {
                addPages(random, block, writer, whole);
                ByteBuffer expected = whole.encode(packet);
                bytes += expected.remaining();
                FutureTask<ByteBuffer> received = receive(connection.destination(), expected.remaining());
                gathering.write(block, packet);
                assertThat(received.get(60, TimeUnit.SECONDS))
                        .as("seed %d, packet %d", seed, packet)
                        .isEqualTo(expected);
            }
            assertThat(counters.sentBytes()).isEqualTo(bytes);
            socket.close();
        }
    }

    private static MultifdPacketWriter writer() {
        return new MultifdPacketWriter(PageSize.KIB_4, ChannelCompression.NONE, 0);
    }

    private static void fill(RamBlock block) {
        for (long at = 0; at < block.usedLengthBytes(); at += Long.BYTES) {
            block.segment().set(ValueLayout.JAVA_LONG, at, at * 0x9E3779B97F4A7C15L);
        }
    }

    /** From full packets of one run to a few pages that stand alone, zero pages among them. */
    private static void addPages(
            RandomGenerator random, RamBlock block, MultifdPacketWriter writer, MultifdPacketWriter whole) {
        writer.begin(block);
        whole.begin(block);
        int gap = random.nextInt(4);
        int last = 1 + random.nextInt(1000);
        for (int page = random.nextInt(last); page < last && !writer.isFull(); page++) {
            int kind = random.nextInt(4);
            if (kind > gap) {
                writer.zeroPage((long) page * PAGE_BYTES);
                whole.zeroPage((long) page * PAGE_BYTES);
            } else if (kind < gap || gap == 0) {
                writer.pageInPlace((long) page * PAGE_BYTES);
                whole.normalPage((long) page * PAGE_BYTES);
            }
        }
    }

    private static FutureTask<ByteBuffer> receive(SocketChannel channel, int lengthBytes) {
        FutureTask<ByteBuffer> received = new FutureTask<>(() -> {
            ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                Thread.onSpinWait();
            }
            return bytes.flip();
        });
        Thread.ofPlatform().daemon().start(received);
        return received;
    }

    @Test
    void aUnixSocketIsLeftToJava() throws IOException {
        try (Connection connection = Connection.unix()) {
            ChannelSocket socket = new ChannelSocket(connection.source(), PageSize.KIB_4);
            socket.open();
            assertThat(socket.scatters()).isFalse();
            socket.close();
        }
    }
}
