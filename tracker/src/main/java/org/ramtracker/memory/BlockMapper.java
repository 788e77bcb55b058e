package org.ramtracker.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;

/** Turns plans into host memory that lives as long as an arena; when mapping fails, closing the arena leaves nothing behind. */
final class BlockMapper {
    /** Guest RAM is not charged before it is touched: most guests are larger than what they use. */
    private static final int UNRESERVED = Libc.MAP_NORESERVE;

    private final Arena arena;
    private final List<Integer> memfds = new ArrayList<>();
    private final List<String> hugePageRefusals = new ArrayList<>();

    BlockMapper(Arena arena) {
        this.arena = arena;
    }

    /** Host memory of one block, with the descriptor to map it again by, if it has one. */
    record Mapping(MemorySegment segment, OptionalInt memfd) {}

    Mapping map(BlockPlan plan, boolean adviseHugePages) throws IOException {
        Mapping mapping = mapNamingTheBlock(plan);
        if (adviseHugePages) {
            adviseHugePages(plan, mapping.segment);
        }
        return mapping;
    }

    /** One line for each block that asked for huge pages in vain. */
    List<String> hugePageRefusals() {
        return hugePageRefusals;
    }

    /** Closes what was opened; the arena unmaps. */
    void closeMemfds() throws IOException {
        for (int fd : memfds) {
            Libc.close(fd);
        }
    }

    private Mapping mapNamingTheBlock(BlockPlan plan) throws IOException {
        try {
            return switch (plan.backing()) {
                case Backing.None() -> new Mapping(MemorySegment.NULL, OptionalInt.empty());
                case Backing.Anonymous() -> mapAnonymous(plan.lengthBytes());
                case Backing.Memfd(String name) -> mapMemfd(name, 0, UNRESERVED, plan.lengthBytes());
                case Backing.HugePages(String name) -> mapMemfd(name, Libc.MFD_HUGETLB, 0, plan.lengthBytes());
                case Backing.Image(Path path, boolean shared) -> mapImage(path, shared, plan.lengthBytes());
            };
        } catch (IOException e) {
            throw new IOException("block \"%s\", %s: %s".formatted(plan.idstr(), plan.backing(), e.getMessage()), e);
        }
    }

    private Mapping mapAnonymous(long lengthBytes) throws LibcException {
        int flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | UNRESERVED;
        return new Mapping(Libc.mmap(lengthBytes, flags, Libc.NO_FD, 0, arena), OptionalInt.empty());
    }

    private Mapping mapMemfd(String name, int fileFlags, int mapFlags, long lengthBytes) throws LibcException {
        int fd = Libc.memfdCreate(name, Libc.MFD_CLOEXEC | fileFlags);
        memfds.add(fd);
        Libc.ftruncate(fd, lengthBytes);
        return new Mapping(Libc.mmap(lengthBytes, Libc.MAP_SHARED | mapFlags, fd, 0, arena), OptionalInt.of(fd));
    }

    /**
     * By system call, because {@code FileChannel} maps privately only what it has opened for writing. The mapping outlives
     * the descriptor.
     */
    private Mapping mapImage(Path path, boolean shared, long lengthBytes) throws IOException {
        int fd = Libc.open(path.toString(), (shared ? Libc.O_RDWR : Libc.O_RDONLY) | Libc.O_CLOEXEC);
        try {
            checkImageLength(fd, lengthBytes);
            int flags = (shared ? Libc.MAP_SHARED : Libc.MAP_PRIVATE) | UNRESERVED;
            return new Mapping(Libc.mmap(lengthBytes, flags, fd, 0, arena), OptionalInt.empty());
        } finally {
            Libc.close(fd);
        }
    }

    private static void checkImageLength(int fd, long lengthBytes) throws IOException {
        long imageBytes = Libc.lseek(fd, 0, Libc.SEEK_END);
        if (imageBytes < lengthBytes) {
            throw new IOException(
                    "the image has %d bytes, the block needs %d; make the image longer or the block shorter"
                            .formatted(imageBytes, lengthBytes));
        }
    }

    /** Without huge pages a guest is slower but no less right, so a refusal is told and not thrown. */
    void adviseHugePages(BlockPlan plan, MemorySegment segment) {
        try {
            Libc.madvise(segment, Libc.MADV_HUGEPAGE);
        } catch (LibcException e) {
            hugePageRefusals.add("block \"%s\": no transparent huge pages: %s".formatted(plan.idstr(), e.getMessage()));
        }
    }
}
