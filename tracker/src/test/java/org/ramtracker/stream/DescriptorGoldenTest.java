package org.ramtracker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/** The writer's bytes against bytes that QEMU 7.2 and 10.0 wrote. */
class DescriptorGoldenTest {
    private static final String HEADER = "5145564d 00000003 07 0000000a 70632d7133352d372e32";

    private final ByteBuffer staging = ByteBuffer.allocateDirect(16 << 10);
    private final RamStreamWriter writer = new RamStreamWriter(staging, PageSize.KIB_4);

    private void assertWritten(String hex) {
        byte[] written = new byte[staging.flip().remaining()];
        staging.get(written);
        staging.clear();
        assertThat(HexFormat.of().formatHex(written)).isEqualTo(hex.replaceAll("[ \n]", ""));
    }

    @Test
    void headerAndConfigurationAreThoseOfQemu() {
        writer.header(StreamConfiguration.of("pc-q35-7.2", PageSize.KIB_4));
        assertWritten(HEADER);
    }

    @Test
    void subsectionsAreThoseOfQemu() {
        UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        writer.header(
                new StreamConfiguration("pc-q35-7.2", Optional.of(12), List.of("x-ignore-shared"), Optional.of(uuid)));
        assertWritten(HEADER
                + "051e" + ascii("configuration/target-page-bits") + "00000001 0000000c"
                + "051a" + ascii("configuration/capabilities") + "00000001 00000001 0f" + ascii("x-ignore-shared")
                + "0512" + ascii("configuration/uuid") + "00000001 00112233445566778899aabbccddeeff");
    }

    @Test
    void blockListIsThatOfQemu() throws IOException {
        try (GuestMemory memory = idleGuest()) {
            writer.startRam(2, memory.blocks());
            assertThat(staging.position()).isEqualTo(229).isEqualTo(RamStreamWriter.startRamBytes(memory.blocks()));
            assertWritten("01 00000002 03 72616d 00000000 00000004 0000000002292004"
                    + "06 70632e72616d 0000000002000000"
                    + "15 303030303a30303a30312e302f7667612e7672616d 0000000000200000"
                    + "14 2f726f6d406574632f616370692f7461626c6573 0000000000020000"
                    + "07 70632e62696f73 0000000000040000"
                    + "06 70632e726f6d 0000000000020000"
                    + "14 303030303a30303a30312e302f7667612e726f6d 0000000000010000"
                    + "15 2f726f6d406574632f7461626c652d6c6f61646572 0000000000001000"
                    + "12 2f726f6d406574632f616370692f72736470 0000000000001000"
                    + "0000000000000010 7e 00000002");
        }
    }

    private static GuestMemory idleGuest() throws IOException {
        GuestMemory.Builder builder = GuestMemory.builder(PageSize.KIB_4);
        long address = 0;
        Object[][] blocks = {
            {"pc.ram", 0x2000000L}, {"0000:00:01.0/vga.vram", 0x200000L}, {"/rom@etc/acpi/tables", 0x20000L},
            {"pc.bios", 0x40000L}, {"pc.rom", 0x20000L}, {"0000:00:01.0/vga.rom", 0x10000L},
            {"/rom@etc/table-loader", 0x1000L}, {"/rom@etc/acpi/rsdp", 0x1000L}
        };
        for (Object[] block : blocks) {
            builder.block((String) block[0], address, (long) block[1], new Backing.Anonymous());
            address += (long) block[1];
        }
        return builder.build();
    }

    @Test
    void pageRecordsAreThoseOfQemu() throws IOException {
        try (GuestMemory memory = idleGuest()) {
            writer.startRam(2, memory.blocks());
            staging.clear();
            writer.beginPart();
            assertWritten("02 00000002");
            memory.blocks().getFirst().segment().set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) 0x53);
            writer.normalPage(memory.blocks().getFirst(), 0);
            assertWritten("0000000000000008 06 70632e72616d 53" + "00".repeat(4095));
            writer.duplicatePage(memory.blocks().getFirst(), 0x1000, 0);
            assertWritten("0000000000001022 00");
            writer.normalPage(memory.blocks().getFirst(), 0x6000);
            assertWritten("0000000000006028" + "00".repeat(4096));
            writer.duplicatePage(memory.blocks().get(3), 0, 0);
            assertWritten("0000000000000002 07 70632e62696f73 00");
        }
    }

    @Test
    void emptyEndAndDeviceSectionAreThoseOfQemu() throws IOException {
        try (GuestMemory memory = idleGuest()) {
            writer.startRam(1, memory.blocks());
            staging.clear();
            writer.command(CommandDescriptor.SWITCHOVER_START, ByteBuffer.allocate(0));
            writer.beginEnd();
            writer.endSection();
            writer.deviceSection(0, "timer", 0, 2, ByteBuffer.allocate(24));
            assertWritten("08 000b 0000"
                    + "03 00000001 0000000000000010 7e 00000001"
                    + "04 00000000 05 74696d6572 00000000 00000002" + "00".repeat(24) + "7e 00000000");
        }
    }

    @Test
    void commandsAreThoseOfQemu() {
        writer.command(CommandDescriptor.OPEN_RETURN_PATH, ByteBuffer.allocate(0));
        writer.command(CommandDescriptor.PING, ByteBuffer.allocate(4).putInt(1).flip());
        writer.command(
                CommandDescriptor.POSTCOPY_ADVISE,
                ByteBuffer.allocate(16).putLong(4096).putLong(4096).flip());
        assertWritten("0800010000 080002000400000001 0800030010 0000000000001000 0000000000001000");
    }

    @Test
    void returnPathMessagesAreThoseOfQemu() {
        ReturnPathDescriptor.putIntMessage(staging, ReturnPathDescriptor.PONG, 1);
        ReturnPathDescriptor.putIntMessage(staging, ReturnPathDescriptor.SHUT, 0);
        assertThat(ReturnPathDescriptor.type(staging, 8)).isEqualTo(ReturnPathDescriptor.SHUT);
        assertThat(ReturnPathDescriptor.payloadBytes(staging, 8)).isEqualTo(4);
        assertWritten("0002 0004 00000001 0001 0004 00000000");
    }

    @Test
    void endOfStreamAndDescriptionAreThoseOfQemu() {
        writer.eof();
        writer.vmDescription(new VmDescription(PageSize.KIB_4, List.of()));
        String json = "{\"page_size\": 4096, \"devices\": []}";
        assertWritten("00 06 " + "%08x".formatted(json.length()) + ascii(json));
    }

    private static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
}
