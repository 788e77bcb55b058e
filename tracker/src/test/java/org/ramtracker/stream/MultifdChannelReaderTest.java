package org.ramtracker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** What a channel's writer wrote arrives, and what no writer writes is refused with its place. */
class MultifdChannelReaderTest {
    private static final UUID GUEST = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final int PAGES = 300;
    private static final int HEADER_BYTES = 1344;
    private static final int FIRST_PACKET = MultifdInitialDescriptor.LENGTH_BYTES;

    private GuestMemory source;
    private GuestMemory target;

    @BeforeEach
    void mapMemories() throws IOException {
        source = memory();
        target = memory();
    }

    private static GuestMemory memory() throws IOException {
        return GuestMemory.builder(PageSize.KIB_4)
                .block("low", 0, (long) PAGES * 4096, new Backing.Anonymous())
                .block("high", 1L << 32, (long) PAGES * 4096, new Backing.Anonymous())
                .build();
    }

    @AfterEach
    void unmapMemories() {
        source.close();
        target.close();
    }

    @ParameterizedTest
    @EnumSource(ChannelCompression.class)
    void everyPageArrives(ChannelCompression method) throws IOException {
        assertEveryPageArrives(method, (bytes, random) -> Channels.newChannel(new ByteArrayInputStream(bytes)));
    }

    @ParameterizedTest
    @EnumSource(ChannelCompression.class)
    void everyPageArrivesFromAnInputThatScatters(ChannelCompression method) throws IOException {
        assertEveryPageArrives(method, ScatteredBytes::new);
    }

    private void assertEveryPageArrives(
            ChannelCompression method, BiFunction<byte[], SplittableRandom, ReadableByteChannel> input)
            throws IOException {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        source.blocks().forEach(block -> fill(block, random));
        target.blocks().forEach(block -> fill(block, random)); // zero pages have to be made zero
        byte[] channel = channelOf(method, random);
        try (MultifdChannelReader reader = reader(input.apply(channel, random))) {
            assertThat(reader.readInitial()).isEqualTo(new MultifdChannelReader.Greeting(GUEST, 5));
            int code = reader.readPacket();
            while (code == MultifdChannelReader.PAGES) {
                code = reader.readPacket();
            }
            assertThat(code).isEqualTo(MultifdChannelReader.SYNC);
            assertThat(reader.readPacket()).isEqualTo(MultifdChannelReader.END);
            assertThat(reader.compression()).isEqualTo(method);
            assertThat(reader.offsetBytes()).isEqualTo(channel.length);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(source.blocks()
                            .get(i)
                            .segment()
                            .mismatch(target.blocks().get(i).segment()))
                    .as("%s, seed %d", method, seed)
                    .isEqualTo(-1);
        }
    }

    /** Every third page zero, the others half random and half text. */
    private static void fill(RamBlock block, SplittableRandom random) {
        for (int page = 0; page < PAGES; page++) {
            byte[] bytes = new byte[4096];
            if (random.nextInt(3) > 0) {
                random.nextBytes(bytes);
                Arrays.fill(bytes, 1000, 3000, (byte) page);
            }
            MemorySegment.copy(bytes, 0, block.segment(), ValueLayout.JAVA_BYTE, page * 4096L, 4096);
        }
    }

    private byte[] channelOf(ChannelCompression method, SplittableRandom random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MultifdPacketWriter writer = new MultifdPacketWriter(PageSize.KIB_4, method, 1)) {
            append(out, writer.initial(GUEST, 5));
            for (RamBlock block : source.blocks()) {
                writer.begin(block);
                for (int page = 0; page < PAGES; page++) {
                    put(writer, block, page * 4096L);
                    if (writer.isFull() || random.nextInt(50) == 0 || page == PAGES - 1) {
                        append(out, random.nextInt(4) == 0 ? writer.encodeStored(page) : writer.encode(page));
                        writer.begin(block);
                    }
                }
            }
            append(out, writer.sync(0));
        }
        return out.toByteArray();
    }

    private static void put(MultifdPacketWriter writer, RamBlock block, long at) {
        if (block.segment().asSlice(at, 4096).mismatch(MemorySegment.ofArray(new byte[4096])) < 0) {
            writer.zeroPage(at);
        } else {
            writer.normalPage(at);
        }
    }

    private static void append(ByteArrayOutputStream out, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        out.writeBytes(copy);
    }

    private MultifdChannelReader reader(ReadableByteChannel input) {
        return new MultifdChannelReader(
                input, "test", PageSize.KIB_4, idstr -> target.find(idstr).orElse(null));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x11223345, magic",
        "4, 2, version 2",
        "8, 0x80, unknown flags 0x80",
        "8, 0x40, VFIO",
        "8, 0x08, compression QPL",
        "8, 0x06, compression 0x06",
        "12, 129, in a packet for 129",
        "12, 2, 3 normal and 1 zero pages in a packet for 2",
        "16, -1, 4294967295 normal",
        "32, -1, 4294967295 zero",
        "20, 1, 1 bytes of payload for 3 pages",
        "64, 0, name of the packet's block is empty",
        "64, 0x6e6f2100, no such block",
        "64, 0x6c6fff00, not UTF-8",
        "320, -1, not a page of the block",
        "324, 0x800, not a page of the block",
        "344, 0x12c000, not a page of the block"
    })
    void fieldThatCannotBeIsRefusedWithItsPlace(int offset, String value, String why) {
        assertRefused(
                ChannelCompression.NONE,
                packet -> packet.putInt(offset, Long.decode(value).intValue()),
                why);
    }

    @Test
    void nameWithoutEndIsRefused() {
        assertRefused(
                ChannelCompression.NONE,
                packet -> {
                    for (int i = 64; i < 320; i++) {
                        packet.put(i, (byte) 'x');
                    }
                },
                "not ended by a zero");
    }

    @ParameterizedTest
    @EnumSource(names = {"ZLIB", "ZSTD"})
    void damagedPayloadIsRefused(ChannelCompression method) {
        assertRefused(method, packet -> packet.putInt(HEADER_BYTES, 0), "damaged");
        assertRefused(method, packet -> packet.putInt(16, 2), "more than 8192 bytes, not to 2 pages");
        assertRefused(method, packet -> packet.putInt(16, 4).putInt(32, 0), "only 12288 bytes, not to 4 pages");
        assertRefused(method, packet -> packet.putInt(20, 0), "0 bytes of compressed payload");
        assertRefused(method, packet -> packet.putInt(20, 1 << 30), "1073741824 bytes of compressed payload");
    }

    private void assertRefused(ChannelCompression method, Consumer<ByteBuffer> damage, String why) {
        byte[] bytes = fourPages(method);
        damage.accept(ByteBuffer.wrap(bytes, FIRST_PACKET, bytes.length - FIRST_PACKET)
                .slice());
        assertThatThrownBy(() -> readAll(bytes))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageStartingWith("test: at byte 64 (0x40), channel 5, packet 0")
                .hasMessageContaining(why);
    }

    /** Three pages and a zero page. */
    private byte[] fourPages(ChannelCompression method) {
        fill(source.blocks().getFirst(), new SplittableRandom(1));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MultifdPacketWriter writer = new MultifdPacketWriter(PageSize.KIB_4, method, 1)) {
            append(out, writer.initial(GUEST, 5));
            writer.begin(source.blocks().getFirst());
            for (int page = 0; page < 3; page++) {
                writer.normalPage(page * 4096L);
            }
            writer.zeroPage(3 * 4096L);
            append(out, writer.encode(1));
        }
        return out.toByteArray();
    }

    private void readAll(byte[] bytes) throws IOException {
        readAll(Channels.newChannel(new ByteArrayInputStream(bytes)));
    }

    private void readAll(ReadableByteChannel input) throws IOException {
        try (MultifdChannelReader reader = reader(input)) {
            reader.readInitial();
            while (reader.readPacket() != MultifdChannelReader.END) {
                // loaded
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"ZLIB, NONE", "ZLIB, ZSTD", "NONE, ZLIB"})
    void twoMethodsOnOneChannelAreRefused(ChannelCompression first, ChannelCompression second) {
        byte[] begun = fourPages(first);
        byte[] other = fourPages(second);
        byte[] both = Arrays.copyOf(begun, begun.length + other.length - FIRST_PACKET);
        System.arraycopy(other, FIRST_PACKET, both, begun.length, other.length - FIRST_PACKET);
        assertThatThrownBy(() -> readAll(both))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("channel 5, packet 1")
                .hasMessageContaining("compression %s, on a channel that began with %s", second, first);
    }

    @Test
    void everyCutWithinAPacketIsNamed() {
        byte[] bytes = fourPages(ChannelCompression.NONE);
        SplittableRandom random = new SplittableRandom();
        for (int i = 0; i < 20; i++) {
            int length = FIRST_PACKET + 1 + random.nextInt(bytes.length - FIRST_PACKET - 1);
            assertThatThrownBy(() -> readAll(Arrays.copyOf(bytes, length)))
                    .isInstanceOf(StreamFormatException.class)
                    .hasMessageContaining("channel 5, packet 0")
                    .hasMessageContaining("truncated: the input ends at byte " + length);
        }
    }

    @Test
    void everyCutWithinScatteredPagesIsNamed() {
        byte[] bytes = fourPages(ChannelCompression.NONE);
        SplittableRandom random = new SplittableRandom();
        for (int i = 0; i < 20; i++) {
            int length = FIRST_PACKET + HEADER_BYTES + random.nextInt(bytes.length - FIRST_PACKET - HEADER_BYTES);
            ScatteredBytes cut = new ScatteredBytes(Arrays.copyOf(bytes, length), random);
            assertThatThrownBy(() -> readAll(cut))
                    .isInstanceOf(StreamFormatException.class)
                    .hasMessageContaining("channel 5, packet 0, block")
                    .hasMessageContaining("truncated: the input ends at byte " + length);
        }
    }

    @Test
    void mainStreamIsNoChannel() {
        assertThatThrownBy(() -> readAll(StreamBytes.begun().toBytes()))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("not a page channel: begins with 0x5145564d");
    }
}
