package org.ramtracker.sim.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.RamStreamWriter;
import org.ramtracker.stream.StreamConfiguration;
import org.ramtracker.stream.VmDescription;

class BlockExtractorTest {
    private static final long BLOCK_BYTES = 64L << 20;

    @TempDir
    private Path directory;

    @Test
    void zeroPagesStayHolesAndBlocksNeverSentGetNoFile() throws IOException {
        try (Inspection inspection = inspection("a", "never")) {
            assertThat(BlockExtractor.extract(inspection, directory)).isEqualTo(1);
        }
        assertThat(directory.resolve("a")).hasSize(BLOCK_BYTES);
        assertThat(directory.resolve("never")).doesNotExist();
        Process du = new ProcessBuilder("du", "-k", directory.resolve("a").toString()).start();
        String usage = new String(du.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(Long.parseLong(usage.split("\t", 2)[0])).isLessThan(1024);
    }

    @Test
    void failureLeavesWhatWasThereBefore() throws IOException {
        Files.writeString(directory.resolve("a"), "before");
        Files.createDirectory(directory.resolve("b"));
        try (Inspection inspection = inspection("a", "b")) {
            assertThatThrownBy(() -> BlockExtractor.extract(inspection, directory))
                    .hasMessageContaining("is a directory");
        }
        assertThat(directory.resolve("a")).hasContent("before");
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void existingFilesAreReplacedWhole() throws IOException {
        Files.writeString(directory.resolve("a"), "before");
        try (Inspection inspection = inspection("a", "never")) {
            BlockExtractor.extract(inspection, directory);
        }
        assertThat(directory.resolve("a")).hasSize(BLOCK_BYTES);
    }

    /** Two blocks; the first one gets a page, the second one too unless it is called "never". */
    private static Inspection inspection(String first, String second) throws IOException {
        try (StreamFile file =
                StreamFile.open(StreamFile.STANDARD_INPUT, new ByteArrayInputStream(stream(first, second)))) {
            return Inspection.of(file);
        }
    }

    private static byte[] stream(String first, String second) throws IOException {
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                .block(first, 0, BLOCK_BYTES, new Backing.Anonymous())
                .block(second, BLOCK_BYTES, BLOCK_BYTES, new Backing.Anonymous())
                .build()) {
            ByteBuffer staging = ByteBuffer.allocateDirect(64 << 10);
            RamStreamWriter writer = new RamStreamWriter(staging, PageSize.KIB_4);
            writer.header(StreamConfiguration.of("test", PageSize.KIB_4));
            writer.startRam(1, memory.blocks());
            writer.beginEnd();
            for (RamBlock block : memory.blocks()) {
                if (!block.idstr().equals("never")) {
                    block.segment().asSlice(1 << 20, 4096).fill((byte) 1);
                    writer.normalPage(block, 1 << 20);
                }
            }
            writer.endSection();
            writer.eof();
            writer.vmDescription(new VmDescription(PageSize.KIB_4, List.of()));
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            byte[] bytes = new byte[staging.flip().remaining()];
            staging.get(bytes);
            stream.writeBytes(bytes);
            return stream.toByteArray();
        }
    }
}
