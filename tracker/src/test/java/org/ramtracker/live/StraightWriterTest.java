package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.ChannelCompression;
import org.ramtracker.stream.MultifdPacketDescriptor;
import org.ramtracker.stream.MultifdPacketWriter;

/** However its pages are gathered, a packet is the one that the encoder makes. */
class StraightWriterTest {
    private static final int PACKETS = 300;
    private static final int PAGES_MAX = MultifdPacketDescriptor.pagesMax(PageSize.KIB_4);

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ChannelCounters counters = new ChannelCounters();
    private GuestMemory memory;
    private RamBlock block;

    @BeforeEach
    void fillMemory() throws IOException {
        memory = TestGuest.memory(PageSize.KIB_4, 4 << 20);
        block = memory.blocks().getFirst();
        for (long at = 0; at < block.usedLengthBytes(); at += Long.BYTES) {
            block.segment().set(ValueLayout.JAVA_LONG, at, at * 0x9E3779B97F4A7C15L);
        }
    }

    @AfterEach
    void closeMemory() {
        memory.close();
    }

    @Test
    void packetOfAnyRunsIsTheEncodersPacket() throws IOException {
        long seed = System.nanoTime();
        RandomGenerator random = new SplittableRandom(seed);
        try (MultifdPacketWriter writer = new MultifdPacketWriter(PageSize.KIB_4, ChannelCompression.NONE, 0);
                MultifdPacketWriter whole = new MultifdPacketWriter(PageSize.KIB_4, ChannelCompression.NONE, 0)) {
            StraightWriter straight = new StraightWriter(inPieces(random), writer, PageSize.KIB_4, counters);
            for (int packet = 0; packet < PACKETS; packet++) {
                sent.reset();
                addRuns(random, writer, whole);
                straight.write(block, packet);
                byte[] expected = new byte[whole.encode(packet).remaining()];
                whole.encode(packet).get(expected);
                assertThat(sent.toByteArray())
                        .as("seed %d, packet %d", seed, packet)
                        .isEqualTo(expected);
            }
        }
    }

    /** What is copied is the header, with as much of the run as is worth a write. */
    @Test
    void longRunIsWrittenFromWhereItIs() throws IOException {
        List<Integer> writes = new ArrayList<>();
        try (MultifdPacketWriter writer = new MultifdPacketWriter(PageSize.KIB_4, ChannelCompression.NONE, 0)) {
            writer.begin(block);
            for (int page = 0; page < PAGES_MAX; page++) {
                writer.pageInPlace((long) page * PageSize.KIB_4.bytes());
            }
            new StraightWriter(whole(writes), writer, PageSize.KIB_4, counters).write(block, 0);
        }
        assertThat(writes).hasSize(2);
        assertThat(writes.getFirst()).isLessThan(64 << 10);
        assertThat(writes.getLast()).isGreaterThan(PAGES_MAX * PageSize.KIB_4.bytes() - (64 << 10));
    }

    private static WritableByteChannel whole(List<Integer> writes) {
        return new TakingChannel() {
            @Override
            public int write(ByteBuffer bytes) {
                int length = bytes.remaining();
                writes.add(length);
                bytes.position(bytes.limit());
                return length;
            }
        };
    }

    /** Runs of up to 32 pages, half of them short ones, with gaps; some of the pages between are zero pages. */
    private void addRuns(RandomGenerator random, MultifdPacketWriter writer, MultifdPacketWriter whole) {
        writer.begin(block);
        whole.begin(block);
        long page = random.nextInt(100);
        while (!writer.isFull()) {
            long end = page + 1 + random.nextInt(random.nextBoolean() ? 3 : 32);
            for (; page < end && !writer.isFull(); page++) {
                long offsetBytes = block.offsetBytesOf(block.firstPage() + page);
                writer.pageInPlace(offsetBytes);
                whole.normalPage(offsetBytes);
            }
            if (random.nextBoolean() && !writer.isFull()) {
                writer.zeroPage(block.offsetBytesOf(block.firstPage() + page));
                whole.zeroPage(block.offsetBytesOf(block.firstPage() + page));
            }
            page += 1 + random.nextInt(3);
            if (page > block.pages() - PAGES_MAX) {
                page = random.nextInt(100);
            }
        }
    }

    /** A socket takes as much as it has room for. */
    private WritableByteChannel inPieces(RandomGenerator random) {
        WritableByteChannel all = Channels.newChannel(sent);
        return new TakingChannel() {
            @Override
            public int write(ByteBuffer bytes) throws IOException {
                int length = Math.min(bytes.remaining(), 1 + random.nextInt(200_000));
                all.write(bytes.slice(bytes.position(), length));
                bytes.position(bytes.position() + length);
                return length;
            }
        };
    }

    private abstract static class TakingChannel implements WritableByteChannel {
        @Override
        public final boolean isOpen() {
            return true;
        }

        @Override
        public final void close() {}
    }
}
