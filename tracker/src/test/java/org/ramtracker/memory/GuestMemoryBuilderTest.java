package org.ramtracker.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GuestMemoryBuilderTest {
    private static final long MIB = 1 << 20;
    private static final Backing ANONYMOUS = new Backing.Anonymous();

    private final GuestMemory.Builder builder = GuestMemory.builder(PageSize.KIB_4);

    @TempDir
    private Path directory;

    @Test
    void memoryWithoutBlocksIsRefused() {
        assertThatIllegalStateException().isThrownBy(builder::build).withMessageContaining("at least one block");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -4096, 0, 1, 4095, 4097})
    void lengthThatIsNoPositiveNumberOfPagesIsRefused(long lengthBytes) {
        assertRefused("ram", 0, lengthBytes, "block \"ram\": length " + lengthBytes + " is not a positive multiple");
    }

    @Test
    void nameOfOneTo255BytesOfUtf8IsTaken() {
        builder.block("r", 0, MIB, ANONYMOUS);
        builder.block("é".repeat(127) + "x", MIB, MIB, ANONYMOUS);
        assertRefused("", 2 * MIB, MIB, "0 bytes of UTF-8");
        assertRefused("é".repeat(128), 2 * MIB, MIB, "256 bytes of UTF-8");
        assertRefused("half a pair \ud83d", 2 * MIB, MIB, "cannot be written as UTF-8");
    }

    @Test
    void nameThatIsTakenIsRefused() {
        builder.block("ram", 0, MIB, ANONYMOUS);
        assertRefused("ram", 4 * MIB, MIB, "block \"ram\": the name is taken");
    }

    @Test
    void addressThatIsNotOnAPageIsRefused() {
        assertRefused("ram", 0x1234, MIB, "guest-physical address 0x1234 is not a multiple of the page size 0x1000");
    }

    @Test
    void addressesThatOverflowAreRefused() {
        assertRefused("ram", Long.MAX_VALUE - 4095, 4096, "beyond 2^63");
        assertRefused("ram", -4096, 4096, "beyond 2^63");
        assertRefused("ram", 4096, Long.MAX_VALUE - 4095, "beyond 2^63");
    }

    @Test
    void blocksMayTouchButNotOverlap() {
        builder.block("low", MIB, 2 * MIB, ANONYMOUS);
        assertRefused("x", 0, MIB + 4096, "block \"x\": guest-physical addresses [0x0, 0x101000) overlap block low at");
        assertRefused("x", 3 * MIB - 4096, MIB, "overlap block low at [0x100000, 0x300000)");
        assertRefused("x", 2 * MIB, 4096, "overlap");
        assertRefused("x", 0, 8 * MIB, "overlap");
        builder.block("below", 0, MIB, ANONYMOUS);
        builder.block("above", 3 * MIB, MIB, ANONYMOUS);
    }

    @Test
    void refusedBlockIsNotPartOfTheMemory() throws IOException {
        builder.block("ram", 0, MIB, ANONYMOUS);
        assertRefused("rom", 0, MIB, "overlap");
        try (GuestMemory memory = builder.build()) {
            assertThat(memory.blocks()).extracting(RamBlock::idstr).containsExactly("ram");
        }
    }

    @Test
    void imageThatIsTooShortIsNamedWithBothLengths() throws IOException {
        Path image = Files.write(directory.resolve("short.img"), new byte[4097]);
        builder.block("pc.ram", 0, 8192, new Backing.Image(image, false));
        assertThatIOException()
                .isThrownBy(builder::build)
                .withMessage("block \"pc.ram\", private image %s: the image has 4097 bytes, the block needs 8192; "
                                .formatted(image)
                        + "make the image longer or the block shorter");
    }

    @Test
    void imageThatIsMissingIsNamed() {
        Path image = directory.resolve("missing.img");
        builder.block("pc.ram", 0, 8192, new Backing.Image(image, true));
        assertThatIOException()
                .isThrownBy(builder::build)
                .withMessageContaining("block \"pc.ram\", shared image " + image)
                .withMessageContaining("ENOENT (no such file or directory)");
    }

    @Test
    void directoryIsNoImage() {
        builder.block("pc.ram", 0, 8192, new Backing.Image(directory, false));
        assertThatIOException().isThrownBy(builder::build).withMessageContaining(directory.toString());
    }

    @Test
    void failedBuildLeavesNothingMappedOrOpen() throws IOException {
        Path image = Files.write(directory.resolve("leak-test.img"), new byte[8192]);
        builder.block("a", 0, MIB, new Backing.Memfd("leak-test-memfd"))
                .block("b", MIB, 8192, new Backing.Image(image, false))
                .block("c", 2 * MIB, 4096, new Backing.Image(directory.resolve("missing"), true));
        assertThatIOException().isThrownBy(builder::build);
        assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain("leak-test");
        assertThat(openFiles()).noneMatch(file -> file.contains("leak-test"));
    }

    static Stream<String> openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.map(GuestMemoryBuilderTest::target).toList().stream();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    private void assertRefused(String idstr, long guestPhysicalAddress, long lengthBytes, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.block(idstr, guestPhysicalAddress, lengthBytes, ANONYMOUS))
                .withMessageContaining(message);
    }
}
