package org.ramtracker.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.libc.Libc;

final class GuestMemoryTest {
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;
    private static final Backing ANONYMOUS = new Backing.Anonymous();

    @TempDir
    private Path directory;

    @Test
    void blocksWithAHoleAreFoundByNameAddressAndPage() throws IOException {
        try (GuestMemory memory = withAHole()) {
            RamBlock low = memory.blocks().get(0);
            RamBlock high = memory.blocks().get(1);
            assertThat(memory.find("high")).containsSame(high);
            assertThat(memory.find("none")).isEmpty();
            assertThat(memory.findByAddress(0)).containsSame(low);
            assertThat(memory.findByAddress(3 * 4096 - 1)).containsSame(low);
            assertThat(memory.findByAddress(3 * 4096)).isEmpty();
            assertThat(memory.findByAddress(4 * GIB - 1)).isEmpty();
            assertThat(memory.findByAddress(4 * GIB)).containsSame(high);
            assertThat(memory.findByAddress(4 * GIB + MIB)).isEmpty();
            assertThat(memory.findByAddress(-1)).isEmpty();
            assertThat(memory.totalBytes()).isEqualTo(3 * 4096 + MIB);
        }
    }

    @Test
    void eachBlockBeginsAtAMultipleOf64Pages() throws IOException {
        try (GuestMemory memory = withAHole()) {
            assertThat(memory.blocks()).extracting(RamBlock::firstPage).containsExactly(0L, 64L);
            assertThat(memory.pages()).isEqualTo(64 + 256);
        }
    }

    @Test
    void pagesBetweenBlocksBelongToNone() throws IOException {
        try (GuestMemory memory = withAHole()) {
            assertThat(memory.blockOfPage(2).idstr()).isEqualTo("low");
            assertThat(memory.blockOfPage(64).idstr()).isEqualTo("high");
            assertThat(memory.blockOfPage(319).idstr()).isEqualTo("high");
            for (long page : new long[] {-1, 3, 63, 320, Long.MAX_VALUE}) {
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> memory.blockOfPage(page))
                        .withMessageContaining("page " + page + " belongs to no block");
            }
        }
    }

    @Test
    void pagesAndOffsetsConvert() throws IOException {
        try (GuestMemory memory = withAHole()) {
            RamBlock high = memory.blocks().get(1);
            assertThat(high.pageAt(MIB - 1)).isEqualTo(319);
            assertThat(high.offsetBytesOf(319)).isEqualTo(MIB - 4096);
            assertThat(high.pages()).isEqualTo(256);
            assertThat(high).hasToString("high[gpa=0x100000000, 256 pages of 4096 bytes]");
        }
    }

    @Test
    void blockOfSixGibibytesIsUsableAtBothEndsAndSparse() throws IOException {
        for (Backing backing : new Backing[] {ANONYMOUS, new Backing.Memfd("six-gib"), sparseImage(6 * GIB)}) {
            try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                    .block("ram", 0, 6 * GIB, backing)
                    .build()) {
                MemorySegment ram = memory.blocks().getFirst().segment();
                ram.set(JAVA_LONG, 0, 1);
                ram.set(JAVA_LONG, 6 * GIB - 8, 2);
                assertThat(ram.get(JAVA_LONG, 3 * GIB)).isZero();
                assertThat(ram.get(JAVA_LONG, 6 * GIB - 8)).isEqualTo(2);
            }
        }
    }

    @Test
    void privateImageIsReadAndNeverWritten() throws IOException {
        Path image = Files.write(directory.resolve("private.img"), bytes(8192, 7));
        Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("r--r--r--"));
        try (GuestMemory memory = ofImage(image, false)) {
            MemorySegment ram = memory.blocks().getFirst().segment();
            assertThat(ram.get(JAVA_LONG, 4096)).isEqualTo(0x0707070707070707L);
            ram.fill((byte) 9);
        }
        assertThat(image).hasBinaryContent(bytes(8192, 7));
    }

    @Test
    void sharedImageIsWrittenThroughUpToTheLengthOfTheBlock() throws IOException {
        Path image = Files.write(directory.resolve("shared.img"), bytes(8192 + 100, 7));
        try (GuestMemory memory = ofImage(image, true)) {
            memory.blocks().getFirst().segment().fill((byte) 9);
        }
        byte[] expected = bytes(8192 + 100, 9);
        Arrays.fill(expected, 8192, expected.length, (byte) 7);
        assertThat(image).hasBinaryContent(expected);
    }

    @Test
    void memfdCanBeMappedAgainAsLongAsTheMemoryIsOpen() throws IOException {
        GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, MIB, new Backing.Memfd("map-again"))
                .build();
        int fd = memory.blocks().getFirst().memfd().orElseThrow();
        try (memory;
                Arena arena = Arena.ofConfined()) {
            MemorySegment again = Libc.mmap(MIB, Libc.MAP_SHARED, fd, 0, arena);
            memory.blocks().getFirst().segment().set(JAVA_LONG, MIB - 8, 42);
            assertThat(again.get(JAVA_LONG, MIB - 8)).isEqualTo(42);
        }
        assertThat(GuestMemoryBuilderTest.openFiles()).noneMatch(file -> file.contains("map-again"));
    }

    @Test
    void onlyMemfdsHaveADescriptor() throws IOException {
        try (GuestMemory memory = withAHole()) {
            assertThat(memory.blocks())
                    .allSatisfy(block -> assertThat(block.memfd()).isEmpty());
        }
    }

    @Test
    void hugePageAdviceIsTakenOrItsRefusalIsTold() throws IOException {
        try (GuestMemory memory = GuestMemory.builder(PageSize.MIB_2)
                .block("ram", 0, 4 * MIB, ANONYMOUS)
                .adviseHugePages()
                .build()) {
            boolean available = Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage/enabled"));
            assertThat(memory.hugePageRefusals()).hasSize(available ? 0 : 1);
        }
    }

    @Test
    void refusedHugePageAdviceDoesNotFailTheBuild() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            BlockMapper mapper = new BlockMapper(arena);
            BlockPlan plan = new BlockPlan("ram", 0, 4096, ANONYMOUS);
            mapper.adviseHugePages(plan, mapper.map(plan, false).segment().asSlice(8));
            assertThat(mapper.hugePageRefusals())
                    .singleElement()
                    .asString()
                    .startsWith("block \"ram\": no transparent huge pages: madvise(")
                    .endsWith("EINVAL (invalid argument)");
        }
    }

    @Test
    void populatingChangesNoByte() throws IOException {
        Path image = Files.write(directory.resolve("populate.img"), bytes(8192, 7));
        try (GuestMemory memory = ofImage(image, false)) {
            memory.populate();
            memory.blocks()
                    .getFirst()
                    .populateByTouching(0, memory.blocks().getFirst().usedLengthBytes());
            assertThat(memory.blocks().getFirst().segment().mismatch(MemorySegment.ofArray(bytes(8192, 7))))
                    .isEqualTo(-1);
        }
    }

    @Test
    void populatedMemoryIsResident() throws IOException {
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, 16 * MIB, new Backing.Memfd("resident"))
                .build()) {
            memory.populate();
            assertThat(residentKib("resident")).isEqualTo(16 * 1024);
        }
    }

    @Test
    void populatingWhatTheFileHasLostFailsByNameInsteadOfCrashing() throws IOException {
        Path image = Files.write(directory.resolve("cut.img"), bytes(8192, 7));
        try (GuestMemory memory = ofImage(image, true);
                RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(0);
            assertThatIOException()
                    .isThrownBy(memory::populate)
                    .withMessageContaining("block \"ram\": cannot populate");
        }
    }

    @Test
    void useAfterCloseThrows() throws IOException {
        GuestMemory memory = withAHole();
        MemorySegment ram = memory.blocks().getFirst().segment();
        memory.close();
        assertThatIllegalStateException().isThrownBy(() -> ram.get(JAVA_LONG, 0));
        assertThatIllegalStateException().isThrownBy(() -> ram.set(JAVA_LONG, 0, 1));
        assertThatIllegalStateException().isThrownBy(memory::populate);
    }

    @Test
    void closingTwiceDoesNothing() throws IOException {
        GuestMemory memory = withAHole();
        memory.close();
        memory.close();
        assertThat(memory.blocks()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void closingWhileOthersAccessThrowsInThemAndCrashesNothing(int threads) throws Exception {
        for (int round = 0; round < 20; round++) {
            GuestMemory memory = withAHole();
            CountDownLatch running = new CountDownLatch(threads);
            @SuppressWarnings({"unchecked", "rawtypes"})
            FutureTask<IllegalStateException>[] users = new FutureTask[threads];
            for (int i = 0; i < threads; i++) {
                users[i] = new FutureTask<>(() -> useUntilClosed(memory, running));
                Thread.ofPlatform().daemon().start(users[i]);
            }
            running.await();
            memory.close();
            for (FutureTask<IllegalStateException> user : users) {
                assertThat(user.get(30, TimeUnit.SECONDS)).hasMessageContaining("closed");
            }
        }
    }

    private static IllegalStateException useUntilClosed(GuestMemory memory, CountDownLatch running) {
        MemorySegment ram = memory.blocks().get(1).segment();
        running.countDown();
        try {
            for (long value = 0; ; value++) {
                ram.set(JAVA_LONG, value * 8 % MIB, value);
            }
        } catch (IllegalStateException e) {
            return e;
        }
    }

    private static GuestMemory withAHole() throws IOException {
        return GuestMemory.builder(PageSize.KIB_4)
                .block("low", 0, 3 * 4096, ANONYMOUS)
                .block("high", 4 * GIB, MIB, ANONYMOUS)
                .build();
    }

    private static GuestMemory ofImage(Path image, boolean shared) throws IOException {
        return GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, 8192, new Backing.Image(image, shared))
                .build();
    }

    private Backing sparseImage(long lengthBytes) throws IOException {
        Path image = directory.resolve("sparse.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(lengthBytes);
        }
        return new Backing.Image(image, true);
    }

    private static byte[] bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static long residentKib(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/smaps")).stream()
                .dropWhile(line -> !line.contains(name))
                .filter(line -> line.startsWith("Rss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void memoryOfNothingHasItsShapeAndRefusesEveryAccess() throws IOException {
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, 1L << 50, new Backing.None()) // more than any machine could map
                .build()) {
            RamBlock block = memory.blocks().getFirst();

            assertThat(memory.pages()).isEqualTo(1L << 38);
            assertThat(memory.totalBytes()).isEqualTo(1L << 50);
            assertThat(block.containsAddress((1L << 50) - 1)).isTrue();
            assertThat(block.segment().byteSize()).isZero();
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> block.segment().get(JAVA_BYTE, 0));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(memory::populate);
        }
    }
}
