package org.ramtracker.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ramtracker.libc.Libc;

/**
 * The RAM of one guest: one or more {@link RamBlock}s, at guest-physical addresses that may leave holes between them.
 *
 * <p>The <em>page space</em> {@code [0, pages())} numbers the pages of all blocks, each block beginning at a multiple of 64
 * (indices between the end of a block and the next multiple of 64 belong to no page). Bitmaps are made over it.
 *
 * <p>Threads: immutable after {@link Builder#build}; {@link #close} must not race with users of native addresses. Java
 * access to a segment after close throws {@link IllegalStateException}.
 */
public final class GuestMemory implements AutoCloseable {
    private static final long BLOCK_PAGE_ALIGNMENT = 64;

    private final PageSize pageSize;
    private final List<RamBlock> blocks;
    private final Arena arena;

    private GuestMemory(PageSize pageSize, List<RamBlock> blocks, Arena arena) {
        this.pageSize = pageSize;
        this.blocks = List.copyOf(blocks);
        this.arena = arena;
    }

    /**
     * Begins a guest's memory.
     *
     * @param pageSize page size of all its blocks
     * @return a builder
     */
    public static Builder builder(PageSize pageSize) {
        return new Builder(pageSize);
    }

    /**
     * The page size.
     *
     * @return page size of every block
     */
    public PageSize pageSize() {
        return pageSize;
    }

    /**
     * The blocks in the order in which they were added.
     *
     * @return the blocks
     */
    public List<RamBlock> blocks() {
        return blocks;
    }

    /**
     * Size of the page space, the size of every bitmap over this memory.
     *
     * @return pages
     */
    public long pages() {
        return blocks.getLast().endPage();
    }

    /**
     * RAM in all.
     *
     * @return sum of the used lengths
     */
    public long totalBytes() {
        return blocks.stream().mapToLong(RamBlock::usedLengthBytes).sum();
    }

    /**
     * A block by its name.
     *
     * @param idstr the name
     * @return the block, if there is one
     */
    public Optional<RamBlock> find(String idstr) {
        return blocks.stream().filter(block -> block.idstr().equals(idstr)).findFirst();
    }

    /** Unmaps everything. */
    @Override
    public void close() {
        arena.close();
    }

    /** Collects blocks and maps them all at once. */
    public static final class Builder {
        private record Planned(String idstr, long gpa, long lengthBytes, Backing backing) {}

        private final PageSize pageSize;
        private final List<Planned> planned = new ArrayList<>();
        private boolean hugePages;

        private Builder(PageSize pageSize) {
            this.pageSize = pageSize;
        }

        /**
         * Adds a block.
         *
         * @param idstr its name, unique
         * @param guestPhysicalAddress where the guest sees it
         * @param lengthBytes its length, a multiple of the page size
         * @param backing what it is made of
         * @return this
         */
        public Builder block(String idstr, long guestPhysicalAddress, long lengthBytes, Backing backing) {
            if (lengthBytes <= 0 || !pageSize.isAligned(lengthBytes)) {
                throw new IllegalArgumentException("block %s: length %d is not a positive multiple of the page size %d"
                        .formatted(idstr, lengthBytes, pageSize.bytes()));
            }
            planned.add(new Planned(idstr, guestPhysicalAddress, lengthBytes, backing));
            return this;
        }

        /**
         * Advises the kernel to use transparent huge pages.
         *
         * @return this
         */
        public Builder adviseHugePages() {
            hugePages = true;
            return this;
        }

        /**
         * Maps the blocks.
         *
         * @return the memory
         * @throws IOException if the kernel refuses; nothing stays mapped
         */
        public GuestMemory build() throws IOException {
            Arena arena = Arena.ofShared();
            try {
                List<RamBlock> blocks = new ArrayList<>();
                long nextPage = 0;
                for (Planned plan : planned) {
                    MemorySegment segment = map(plan, arena);
                    RamBlock block = new RamBlock(plan.idstr, blocks.size(), plan.gpa, nextPage, pageSize, segment);
                    blocks.add(block);
                    nextPage = (block.endPage() + BLOCK_PAGE_ALIGNMENT - 1) & -BLOCK_PAGE_ALIGNMENT;
                }
                return new GuestMemory(pageSize, blocks, arena);
            } catch (IOException | RuntimeException e) {
                arena.close();
                throw e;
            }
        }

        private MemorySegment map(Planned plan, Arena arena) throws IOException {
            MemorySegment segment = switch (plan.backing) {
                case Backing.Anonymous() ->
                    mapNative(plan.lengthBytes, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, -1, arena);
                case Backing.Memfd(String name) -> mapMemfd(name, plan.lengthBytes, arena);
                case Backing.Image image -> mapImage(image, plan.lengthBytes, arena);
            };
            if (hugePages) {
                Libc.madvise(segment.address(), segment.byteSize(), Libc.MADV_HUGEPAGE);
            }
            return segment;
        }

        private static MemorySegment mapMemfd(String name, long lengthBytes, Arena arena) throws IOException {
            int fd = Libc.memfdCreate(name, Libc.MFD_CLOEXEC);
            try {
                Libc.ftruncate(fd, lengthBytes);
                return mapNative(lengthBytes, Libc.MAP_SHARED, fd, arena);
            } finally {
                Libc.close(fd);
            }
        }

        private static MemorySegment mapImage(Backing.Image image, long lengthBytes, Arena arena) throws IOException {
            try (FileChannel file = FileChannel.open(image.path(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                FileChannel.MapMode mode =
                        image.shared() ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.PRIVATE;
                return file.map(mode, 0, lengthBytes, arena);
            }
        }

        @SuppressWarnings("restricted")
        private static MemorySegment mapNative(long lengthBytes, int flags, int fd, Arena arena) throws IOException {
            long address = Libc.mmap(lengthBytes, flags | Libc.MAP_NORESERVE, fd, 0);
            return MemorySegment.ofAddress(address).reinterpret(lengthBytes, arena, Builder::unmap);
        }

        private static void unmap(MemorySegment segment) {
            try {
                Libc.munmap(segment.address(), segment.byteSize());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
