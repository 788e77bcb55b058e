package org.ramtracker.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibcTest {
    private static final int EBADF = 9;
    private static final int NOT_OPEN = 0x7ffffff0;
    private static final long LENGTH_BYTES = 1 << 16;

    @Test
    void mappingIsZeroAndWritableToItsEnds() throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mapping = mapAnonymous(LENGTH_BYTES, arena);
            assertThat(mapping.get(JAVA_LONG, 0)).isZero();
            mapping.set(JAVA_LONG, 0, 1);
            mapping.set(JAVA_LONG, LENGTH_BYTES - 8, 2);
            assertThat(mapping.byteSize()).isEqualTo(LENGTH_BYTES);
        }
    }

    @Test
    void memfdHasTheLengthAndTheBytesOfItsMappings() throws LibcException {
        int fd = Libc.memfdCreate("libc-test", Libc.MFD_CLOEXEC);
        try (Arena arena = Arena.ofConfined()) {
            Libc.ftruncate(fd, LENGTH_BYTES);
            assertThat(Libc.lseek(fd, 0, Libc.SEEK_END)).isEqualTo(LENGTH_BYTES);
            MemorySegment one = Libc.mmap(LENGTH_BYTES, Libc.MAP_SHARED, fd, 0, arena);
            MemorySegment other = Libc.mmap(LENGTH_BYTES, Libc.MAP_SHARED, fd, 0, arena);
            one.set(JAVA_LONG, 4096, 42);
            assertThat(other.get(JAVA_LONG, 4096)).isEqualTo(42);
        } finally {
            Libc.close(fd);
        }
    }

    @Test
    void closingTheArenaUnmaps() throws Exception {
        String name = "libc-test-unmap";
        int fd = Libc.memfdCreate(name, Libc.MFD_CLOEXEC);
        Libc.ftruncate(fd, LENGTH_BYTES);
        try (Arena arena = Arena.ofConfined()) {
            Libc.mmap(LENGTH_BYTES, Libc.MAP_SHARED, fd, 0, arena);
            assertThat(maps()).contains(name);
        }
        assertThat(maps()).doesNotContain(name);
        Libc.close(fd);
    }

    @Test
    void nothingStaysMappedForAnArenaThatIsClosed() throws Exception {
        String name = "libc-test-closed-arena";
        int fd = Libc.memfdCreate(name, Libc.MFD_CLOEXEC);
        Libc.ftruncate(fd, LENGTH_BYTES);
        Arena closed = Arena.ofConfined();
        closed.close();
        assertThatIllegalStateException().isThrownBy(() -> Libc.mmap(LENGTH_BYTES, Libc.MAP_SHARED, fd, 0, closed));
        assertThat(maps()).doesNotContain(name);
        Libc.close(fd);
    }

    @Test
    void pageSizeIsAPowerOfTwo() throws LibcException {
        assertThat(Long.bitCount(Libc.pageSizeBytes())).isOne();
        assertThat(Libc.pageSizeBytes()).isGreaterThanOrEqualTo(4096);
    }

    @Test
    void populatedMemoryIsResident() throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mapping = mapAnonymous(LENGTH_BYTES, arena);
            Libc.madvise(mapping, Libc.MADV_POPULATE_WRITE);
            assertThat(mapping.mismatch(arena.allocate(LENGTH_BYTES))).isEqualTo(-1);
        }
    }

    @Test
    void failedMmapNamesItsArguments() {
        assertFails(
                () -> Libc.mmap(0, Libc.MAP_PRIVATE, NOT_OPEN, 0x1000, Arena.global()),
                "mmap(length 0x0, prot 0x3, flags 0x2, fd 2147483632, offset 0x1000): EBADF (bad file descriptor)",
                EBADF);
    }

    @Test
    void failedMadviseNamesTheRangeAndTheAdvice() throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mapping = mapAnonymous(LENGTH_BYTES, arena);
            assertFails(
                    () -> Libc.madvise(mapping, 0x7777),
                    "madvise(0x%x, length 0x10000, advice 0x7777): EINVAL (invalid argument)"
                            .formatted(mapping.address()),
                    Errno.EINVAL);
        }
    }

    @Test
    void failedFileCallsNameTheirArguments() {
        assertFails(() -> Libc.close(NOT_OPEN), "close(fd 2147483632): EBADF (bad file descriptor)", EBADF);
        assertFails(
                () -> Libc.ftruncate(NOT_OPEN, 0x123),
                "ftruncate(fd 2147483632, length 0x123): EBADF (bad file descriptor)",
                EBADF);
        assertFails(
                () -> Libc.lseek(NOT_OPEN, 1, Libc.SEEK_END),
                "lseek(fd 2147483632, offset 0x1, whence 0x2): EBADF (bad file descriptor)",
                EBADF);
        assertFails(
                () -> Libc.memfdCreate("a", 0x8000_0000),
                "memfd_create(a, flags 0x80000000): EINVAL (invalid argument)",
                Errno.EINVAL);
    }

    @Test
    void failedOpenNamesThePath(@TempDir Path directory) {
        Path missing = directory.resolve("missing");
        assertFails(
                () -> Libc.open(missing.toString(), Libc.O_RDWR | Libc.O_CLOEXEC),
                "open(" + missing + ", flags 0x80002): ENOENT (no such file or directory)",
                2);
    }

    @Test
    void segmentThatIsClosedDoesNotReachTheKernel() throws LibcException {
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = mapAnonymous(LENGTH_BYTES, arena);
        }
        assertThatIllegalStateException().isThrownBy(() -> Libc.madvise(closed, Libc.MADV_HUGEPAGE));
    }

    @Test
    void segmentOnTheHeapIsRefused() {
        assertThatThrownBy(() -> Libc.madvise(MemorySegment.ofArray(new long[8]), Libc.MADV_HUGEPAGE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static MemorySegment mapAnonymous(long lengthBytes, Arena arena) throws LibcException {
        return Libc.mmap(lengthBytes, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, Libc.NO_FD, 0, arena);
    }

    private static String maps() throws Exception {
        return Files.readString(Path.of("/proc/self/maps"));
    }

    private static void assertFails(ThrowingCallable call, String message, int errno) {
        assertThatExceptionOfType(LibcException.class)
                .isThrownBy(call)
                .withMessage(message)
                .satisfies(e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
