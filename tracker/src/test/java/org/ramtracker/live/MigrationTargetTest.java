package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.CommandDescriptor;
import org.ramtracker.stream.RamStreamWriter;
import org.ramtracker.stream.StreamConfiguration;

class MigrationTargetTest {
    private static final long BLOCK_BYTES = 1 << 20;

    private final ByteBuffer stream = ByteBuffer.allocateDirect(1 << 20);
    private final RamStreamWriter writer = new RamStreamWriter(stream, PageSize.KIB_4);
    private GuestMemory memory;

    @BeforeEach
    void makeMemory() throws IOException {
        memory = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES);
    }

    @AfterEach
    void closeMemory() {
        memory.close();
    }

    private ReadableByteChannel written() {
        byte[] bytes = new byte[stream.flip().remaining()];
        stream.get(bytes);
        return Channels.newChannel(new ByteArrayInputStream(bytes));
    }

    private MigrationResult receive(ReadableByteChannel channel, DeviceStateTarget... devices) throws IOException {
        return MigrationTarget.into(memory, List.of(devices)).receive(channel, "test stream");
    }

    private void writeBeginning(List<RamBlock> blocks) {
        writer.header(StreamConfiguration.of("ramtracker-1", PageSize.KIB_4));
        writer.startRam(1, blocks);
    }

    @Test
    void streamWithoutDevicesAndDescriptionIsEnough() throws IOException {
        writeBeginning(memory.blocks());
        writer.beginEnd();
        writer.duplicatePage(memory.blocks().getLast(), PageSize.KIB_4.bytes(), 7);
        writer.endSection();
        writer.eof();
        MigrationResult result = receive(written());

        assertThat(result.isCommitted()).isTrue();
        assertThat(result.statistics().duplicatePages()).isEqualTo(1);
    }

    @Test
    void confirmationThatCannotBeSentReleasesNothingBecauseTheSourceMayHaveIt() throws IOException {
        writer.header(StreamConfiguration.of("ramtracker-1", PageSize.KIB_4));
        writer.command(CommandDescriptor.OPEN_RETURN_PATH, ByteBuffer.allocate(0));
        writer.startRam(1, memory.blocks());
        writer.eof();
        MigrationTarget target = MigrationTarget.creating(
                (pageSize, blocks) -> TestGuest.memory(pageSize, BLOCK_BYTES), memory.totalBytes(), List.of());
        Pipe returnPath = Pipe.open();
        returnPath.source().close();
        returnPath.sink().close();

        MigrationResult result = target.receive(written(), "test stream", returnPath.sink());
        try (GuestMemory kept = result.memory()) {
            assertThat(result.isCommitted()).isFalse();
            assertThat(result.whyNotCommitted()).contains("was lost (ClosedChannelException)");
            assertThat(kept.blocks().getFirst().segment().get(ValueLayout.JAVA_BYTE, 0))
                    .isZero();
        }
    }

    @Test
    void streamOfAnotherMachineTypeIsRefused() {
        writer.header(StreamConfiguration.of("pc-q35-7.2", PageSize.KIB_4));
        assertThatThrownBy(() -> receive(written()))
                .hasMessageContaining("test stream")
                .hasMessageContaining("the machine type is pc-q35-7.2, this destination loads ramtracker-1 only");
    }

    @Test
    void streamThatLacksABlockOfTheMemoryIsRefused() {
        writeBeginning(memory.blocks().subList(0, 1));
        assertThatThrownBy(() -> receive(written())).hasMessageContaining("the stream lacks block ram-high");
    }

    @Test
    void streamThatEndsWithoutBlocksIsRefused() {
        writer.header(StreamConfiguration.of("ramtracker-1", PageSize.KIB_4));
        writer.eof();
        assertThatThrownBy(() -> receive(written())).hasMessageContaining("without a list of RAM blocks");
    }

    @Test
    void deviceThatComesTwiceIsRefused() {
        TestDevice device = new TestDevice("cpu", 0, 1, new byte[0]);
        writeBeginning(memory.blocks());
        for (int sectionId = 2; sectionId < 4; sectionId++) {
            writer.deviceSection(sectionId, "cpu", 0, 1, ByteBuffer.allocate(Integer.BYTES));
        }
        assertThatThrownBy(() -> receive(written(), device)).hasMessageContaining("cpu instance 0 came twice");
    }

    @Test
    void deviceThatLeavesBytesOverIsRefused() {
        TestDevice device = new TestDevice("cpu", 0, 1, new byte[8]) {
            @Override
            public void load(int version, ByteBuffer state) {
                state.get();
            }
        };
        writeBeginning(memory.blocks());
        writer.deviceSection(
                2, "cpu", 0, 1, ByteBuffer.allocate(Integer.BYTES + 8).putInt(0, 8));
        assertThatThrownBy(() -> receive(written(), device)).hasMessageContaining("7 bytes of its state are left over");
    }

    @Test
    void recordingOfQemuIsRefusedByName() throws IOException {
        Path recording = Path.of(System.getProperty("ramtracker.shared", "../../shared"))
                .resolve("data/qemu/idle-qemu7.2.stream.gz");
        Assumptions.assumeTrue(Files.exists(recording), recording + " is absent: nothing to test with");
        try (InputStream input = new GZIPInputStream(Files.newInputStream(recording))) {
            assertThatThrownBy(() -> receive(Channels.newChannel(input)))
                    .hasMessageContaining("the machine type is pc-q35-7.2");
        }
    }
}
