package org.ramtracker.sim.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.ChannelCompression;
import org.ramtracker.stream.MultifdChannelReader;
import org.ramtracker.stream.MultifdPacketWriter;

/** What QEMU 10.0 was recorded to send on its channels is what the packet writer makes of the same pages. */
class MultifdRecordingsTest {
    private static final int FLAGS_AT = 8;
    private static final int NORMAL_PAGES_AT = 16;
    private static final int PAYLOAD_LENGTH_AT = 20;
    private static final int PACKET_NUMBER_AT = 24;
    private static final int ZERO_PAGES_AT = 32;
    private static final int OFFSETS_AT = 320;
    private static final int HEADER_BYTES = 1344;
    private static final int SYNC = 1;

    @ParameterizedTest
    @CsvSource({
        "multifd-qemu10.0.ch0.gz, NONE",
        "multifd-qemu10.0.ch1.gz, NONE",
        "multifd-zlib-qemu10.0.ch0.gz, ZLIB",
        "multifd-zlib-qemu10.0.ch1.gz, ZLIB",
        "multifd-zstd-qemu10.0.ch0.gz, ZSTD",
        "multifd-zstd-qemu10.0.ch1.gz, ZSTD"
    })
    void everyPacketIsWrittenAsQemuWroteIt(String name, ChannelCompression method) throws IOException {
        byte[] recorded = unpacked(SharedData.recordings().resolve(name));
        try (GuestMemory memory = memory();
                MultifdChannelReader reader = reader(recorded, name, memory);
                MultifdPacketWriter writer = new MultifdPacketWriter(PageSize.KIB_4, method, 1)) {
            MultifdChannelReader.Greeting greeting = reader.readInitial();
            assertEqual(writer.initial(greeting.uuid(), greeting.channelId()), slice(recorded, 0, 64), name);
            long at = reader.offsetBytes();
            while (reader.readPacket() != MultifdChannelReader.END) {
                ByteBuffer packet = slice(recorded, at, reader.offsetBytes());
                String what = "%s, packet %d at byte %d".formatted(name, reader.packets() - 1, at);
                assertWrittenAlike(packet, writer, memory, what);
                at = reader.offsetBytes();
            }
            assertThat(reader.packets()).isGreaterThan(10);
        }
    }

    private static byte[] unpacked(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return in.readAllBytes();
        }
    }

    private static GuestMemory memory() throws IOException {
        return GuestMemory.builder(PageSize.KIB_4)
                .block("pc.ram", 0, 128L << 20, new Backing.Anonymous())
                .block("pc.bios", 1L << 32, 1 << 20, new Backing.Anonymous())
                .block("pc.rom", 2L << 32, 1 << 20, new Backing.Anonymous())
                .block("/rom@etc/acpi/tables", 3L << 32, 1 << 20, new Backing.Anonymous())
                .block("/rom@etc/table-loader", 4L << 32, 1 << 20, new Backing.Anonymous())
                .block("/rom@etc/acpi/rsdp", 5L << 32, 1 << 20, new Backing.Anonymous())
                .build();
    }

    private static MultifdChannelReader reader(byte[] bytes, String name, GuestMemory memory) {
        return new MultifdChannelReader(
                Channels.newChannel(new ByteArrayInputStream(bytes)),
                name,
                PageSize.KIB_4,
                idstr -> memory.find(idstr).orElse(null));
    }

    private static ByteBuffer slice(byte[] bytes, long from, long to) {
        return ByteBuffer.wrap(bytes, (int) from, (int) (to - from)).slice();
    }

    /** The memory holds the packet's pages. A compressor of another version may find other bytes for them. */
    private static void assertWrittenAlike(
            ByteBuffer packet, MultifdPacketWriter writer, GuestMemory memory, String what) {
        long number = packet.getLong(PACKET_NUMBER_AT);
        if ((packet.getInt(FLAGS_AT) & SYNC) != 0) {
            assertEqual(writer.sync(number), packet, what);
            return;
        }
        putPages(packet, writer, memory);
        ByteBuffer written = writer.encode(number);
        if (writer.normalPages() == 0 || packet.getInt(FLAGS_AT) == 0) {
            assertEqual(written, packet, what);
        } else {
            assertEqual(headerWithoutPayloadLength(written), headerWithoutPayloadLength(packet), what);
        }
    }

    private static void putPages(ByteBuffer packet, MultifdPacketWriter writer, GuestMemory memory) {
        RamBlock block = memory.find(blockName(packet)).orElseThrow();
        writer.begin(block);
        int normalPages = packet.getInt(NORMAL_PAGES_AT);
        for (int i = 0; i < normalPages; i++) {
            writer.normalPage(packet.getLong(OFFSETS_AT + i * Long.BYTES));
        }
        for (int i = normalPages; i < normalPages + packet.getInt(ZERO_PAGES_AT); i++) {
            writer.zeroPage(packet.getLong(OFFSETS_AT + i * Long.BYTES));
        }
    }

    private static String blockName(ByteBuffer packet) {
        StringBuilder name = new StringBuilder();
        for (int at = 64; packet.get(at) != 0; at++) {
            name.append((char) packet.get(at));
        }
        return name.toString();
    }

    private static ByteBuffer headerWithoutPayloadLength(ByteBuffer packet) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.put(0, packet, packet.position(), HEADER_BYTES);
        return header.putInt(PAYLOAD_LENGTH_AT, 0);
    }

    private static void assertEqual(ByteBuffer written, ByteBuffer recorded, String what) {
        assertThat(written.mismatch(recorded))
                .as("first byte that differs in %s", what)
                .isEqualTo(-1);
    }
}
