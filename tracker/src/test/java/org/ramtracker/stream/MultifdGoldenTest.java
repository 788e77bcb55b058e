package org.ramtracker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** Packets as QEMU 10.0 was recorded to send them. */
class MultifdGoldenTest {
    private static final int HEADER_BYTES = 1344;
    private static final int PAGE_BYTES = 4096;

    private GuestMemory memory;
    private RamBlock ram;

    @BeforeEach
    void mapMemory() throws IOException {
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("pc.ram", 0, 1 << 20, new Backing.Anonymous())
                .build();
        ram = memory.blocks().getFirst();
        for (long at : new long[] {0, 0x6000, 0x7000}) {
            ram.segment().set(ValueLayout.JAVA_BYTE, at + 17, (byte) 0x53);
        }
    }

    @AfterEach
    void unmapMemory() {
        memory.close();
    }

    @Test
    void lengthsFollowFromThePageSize() {
        assertThat(MultifdPacketDescriptor.headerBytes(PageSize.KIB_4)).isEqualTo(HEADER_BYTES);
        assertThat(MultifdPacketDescriptor.pagesMax(PageSize.KIB_4)).isEqualTo(128);
        assertThat(MultifdPacketDescriptor.pagesMax(PageSize.MIB_2)).isEqualTo(1);
    }

    @Test
    void initialPacket() {
        try (MultifdPacketWriter writer = plain()) {
            assertThat(hex(writer.initial(MultifdInitialDescriptor.NO_UUID, 0), 64))
                    .isEqualTo("1122334400000001" + "00".repeat(56));
            UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
            assertThat(hex(writer.initial(uuid, 3), 64))
                    .isEqualTo("1122334400000001" + "00112233445566778899aabbccddeeff" + "03" + "00".repeat(39));
        }
    }

    @Test
    void syncPacketIsAHeaderWithoutPages() {
        try (MultifdPacketWriter writer = plain()) {
            putThreePagesAnd125Zeros(writer);
            ByteBuffer sync = writer.sync(0);
            assertThat(hex(sync, HEADER_BYTES)).isEqualTo("112233440000000100000001" + "00".repeat(HEADER_BYTES - 12));
        }
    }

    @Test
    void zeroPagesStandBehindTheNormalOnes() {
        try (MultifdPacketWriter writer = plain()) {
            putThreePagesAnd125Zeros(writer);
            assertThat(writer.isFull()).isTrue();
            ByteBuffer packet = writer.encode(2);
            assertThat(packet.remaining()).isEqualTo(HEADER_BYTES + 3 * PAGE_BYTES);
            assertThat(hex(packet, 40))
                    .isEqualTo("11223344000000010000000000000080000000030000300000000000000000020000007d00000000");
            assertThat(hex(packet.position(64), 8)).isEqualTo("70632e72616d0000");
            assertThat(hex(packet.position(320), 32))
                    .isEqualTo("0000000000000000" + "0000000000006000" + "0000000000007000" + "0000000000001000");
            assertThat(packet.get(HEADER_BYTES + PAGE_BYTES + 17)).isEqualTo((byte) 0x53);
        }
    }

    @Test
    void compressedPacketsCarryTheMethodAndOneStream() {
        assertThat(firstPayloadBytes(ChannelCompression.ZLIB, 1)).startsWith("7801");
        assertThat(firstPayloadBytes(ChannelCompression.ZSTD, 1)).startsWith("28b52ffd");
    }

    private String firstPayloadBytes(ChannelCompression method, int level) {
        try (MultifdPacketWriter writer = new MultifdPacketWriter(PageSize.KIB_4, method, level)) {
            putThreePagesAnd125Zeros(writer);
            ByteBuffer packet = writer.encode(2);
            assertThat(packet.getInt(8)).isEqualTo(method.flag());
            assertThat(packet.getInt(20)).isEqualTo(packet.remaining() - HEADER_BYTES);
            String first = hex(packet.position(HEADER_BYTES), 4);
            putThreePagesAnd125Zeros(writer);
            assertThat(hex(writer.encode(3).position(HEADER_BYTES), 4)).isNotEqualTo(first);
            return first;
        }
    }

    @Test
    void packetOfZerosCarriesTheMethodWithoutPayload() {
        try (MultifdPacketWriter writer = new MultifdPacketWriter(PageSize.KIB_4, ChannelCompression.ZLIB, 1)) {
            writer.begin(ram);
            for (int page = 0; page < 128; page++) {
                writer.zeroPage((long) page * PAGE_BYTES);
            }
            ByteBuffer packet = writer.encode(9);
            assertThat(packet.remaining()).isEqualTo(HEADER_BYTES);
            assertThat(hex(packet, 40))
                    .isEqualTo("11223344000000010000000200000080000000000000000000000000000000090000008000000000");
        }
    }

    private MultifdPacketWriter plain() {
        return new MultifdPacketWriter(PageSize.KIB_4, ChannelCompression.NONE, 0);
    }

    private void putThreePagesAnd125Zeros(MultifdPacketWriter writer) {
        writer.begin(ram);
        for (int page = 0; page < 128; page++) {
            if (page == 0 || page == 6 || page == 7) {
                writer.normalPage((long) page * PAGE_BYTES);
            } else {
                writer.zeroPage((long) page * PAGE_BYTES);
            }
        }
    }

    private static String hex(ByteBuffer buffer, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        buffer.get(buffer.position(), bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
