package org.ramtracker.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.PageSize;

/** The bytes of a small trace, worked out by hand from the diagrams; checksums apart, which are checked by reading. */
final class TraceDescriptorGoldenTest {
    private static final String HEADER = """
            524d54524b545243 8801000000000000 0100000000000000
            01000000 60000000 00100000 01000000
            c0f0fa0200000000 d202964900000000
            0000100000000000 0000080000000000 0300000000000000 72616d0000000000
            ........ 00000000""";

    private static final String ZERO_PAGES = """
            ........ 38000000 01 01 0000 02000000
            0000000000000000 0000000000000000 0000000000000000 0300000000000000
            01 01 000000000000""";

    private static final String DUPLICATE_PAGES = """
            ........ 30000000 02 00 0000 00000000
            0000000000000000 0000000000000000 0000000000000000 0000000000000000""";

    private static final String COMPRESSION = """
            ........ 48000000 03 00 0000 18000000
            0000000000000000 0000000000000000 0000000000000000 0000000000000000
            0200000000000000 0020000000000000 bc02000000000000""";

    /** Pages 5, then 100 and 101. */
    private static final String EPOCH_OF_RUNS = """
            ........ 38000000 04 01 0000 04000000
            0000000000000000 80f0fa0200000000 2a00000000000000 0300000000000000
            0a bd01 00 00000000""";

    /** Every second page of the last word. */
    private static final String EPOCH_OF_WORDS = """
            ........ 40000000 04 02 0000 09000000
            80f0fa0200000000 c0f0fa0200000000 0700000000000000 2000000000000000
            02 5555555555555555 00000000000000""";

    @TempDir
    private Path directory;

    @Test
    void traceIsTheseBytes() throws IOException {
        assumeTrue(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the golden bytes are of a little-endian machine");
        Path file = directory.resolve("trace");
        write(file);
        byte[] actual = Files.readAllBytes(file);
        String expected = (HEADER + ZERO_PAGES + DUPLICATE_PAGES + COMPRESSION + EPOCH_OF_RUNS + EPOCH_OF_WORDS)
                .replaceAll("\\s", "");
        assertThat(masked(actual, expected)).isEqualTo(expected);
        DirtyTrace.open(file).close();
    }

    private static void write(Path file) throws IOException {
        TraceLayout layout = new TraceLayout(PageSize.KIB_4, List.of(new TraceBlock("ram", 0x10_0000, 0, 128)));
        try (DirtyTraceWriter writer = DirtyTraceWriter.create(file, layout, 50_000_000 + 64, 1_234_567_890L);
                PageBitmap zero = new PageBitmap(128);
                PageBitmap none = new PageBitmap(128)) {
            zero.add(0, 3);
            writer.begin(zero, none, new CompressionSample(2, 8192, 700));
            writer.pages().add(5, 1);
            writer.pages().add(100, 2);
            writer.append(50_000_000, 42);
            for (long page = 64; page < 128; page += 2) {
                writer.pages().add(page, 1);
            }
            writer.append(50_000_064, 7);
        }
    }

    /** The bytes in hex, with dots where the expectation has dots. */
    private static String masked(byte[] actual, String expected) {
        char[] hex = HexFormat.of().formatHex(actual).toCharArray();
        for (int i = 0; i < Math.min(hex.length, expected.length()); i++) {
            hex[i] = expected.charAt(i) == '.' ? '.' : hex[i];
        }
        return new String(Arrays.copyOf(hex, hex.length));
    }
}
