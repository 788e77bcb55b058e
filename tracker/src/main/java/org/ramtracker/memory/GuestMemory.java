package org.ramtracker.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The RAM of one guest: one or more {@link RamBlock}s, at guest-physical addresses that may leave holes between them.
 *
 * <pre>
 *   guest-physical   0            3 GiB      4 GiB          6 GiB
 *                    |   low.ram    |  hole    |  high.ram    |
 *   page space       [0 ..... 786432)          [786432 ..... 1310720)
 * </pre>
 *
 * <p>The <em>page space</em> {@code [0, pages())} numbers the pages of all blocks in the order in which they were added. Each
 * block begins at a multiple of 64, so that no word of a bitmap belongs to two blocks; indices between the end of a block and
 * the next multiple of 64 belong to no page. Bitmaps are made over the page space.
 *
 * <p>Threads: immutable and usable by any number of threads. {@link #close} may come from any thread at any time.
 *
 * <p>Guarantees: after close, access through a block's segment throws {@link IllegalStateException}, and an access that is
 * under way in another thread either completes before the memory is unmapped or throws that exception. This holds for Java
 * code; whoever was given a native address (a kernel, a device back end) must have been stopped before.
 */
public final class GuestMemory implements AutoCloseable {
    private static final long BLOCK_PAGE_ALIGNMENT = 64;

    private final PageSize pageSize;
    private final List<RamBlock> blocks;
    private final List<String> hugePageRefusals;
    private final Arena arena;
    private final BlockMapper mapper;

    private GuestMemory(PageSize pageSize, List<RamBlock> blocks, Arena arena, BlockMapper mapper) {
        this.pageSize = pageSize;
        this.blocks = List.copyOf(blocks);
        this.hugePageRefusals = List.copyOf(mapper.hugePageRefusals());
        this.arena = arena;
        this.mapper = mapper;
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
     * @return the blocks, at least one
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

    /**
     * The block at a guest-physical address.
     *
     * @param guestPhysicalAddress an address as the guest sees it
     * @return the block that holds it; empty for holes and for what lies behind the last block
     */
    public Optional<RamBlock> findByAddress(long guestPhysicalAddress) {
        return blocks.stream()
                .filter(block -> block.containsAddress(guestPhysicalAddress))
                .findFirst();
    }

    /**
     * The block of a page. Does not allocate.
     *
     * @param page a page of the page space
     * @return the block that holds it
     * @throws IndexOutOfBoundsException if the index belongs to no page
     */
    public RamBlock blockOfPage(long page) {
        for (int i = 0; i < blocks.size(); i++) {
            RamBlock block = blocks.get(i);
            if (page >= block.firstPage() && page < block.endPage()) {
                return block;
            }
        }
        throw new IndexOutOfBoundsException("page " + page + " belongs to no block of " + blocks);
    }

    /**
     * Why blocks are not backed by huge pages although that was asked for.
     *
     * @return one line for each block whose advice the kernel refused; empty if it took all, or if none was given
     */
    public List<String> hugePageRefusals() {
        return hugePageRefusals;
    }

    /**
     * Faults every page in, writable, without changing a byte. Worth its time before a guest is received: taking these
     * faults one by one costs more than the copying. Memory that is touched is charged, so do not populate what is meant to
     * stay sparse.
     *
     * @throws IOException if there is not enough memory; some pages then are populated, and nothing is lost
     */
    public void populate() throws IOException {
        for (RamBlock block : blocks) {
            block.populate();
        }
    }

    /**
     * Unmaps everything and closes the descriptors of memfds. Closing twice does nothing.
     *
     * @throws IllegalStateException if a native call (channel input or output, {@link #populate}) is using the memory; nothing
     *     is closed then
     */
    @Override
    public synchronized void close() {
        if (!arena.scope().isAlive()) {
            return;
        }
        arena.close();
        try {
            mapper.closeMemfds();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Collects blocks and maps them all at once.
     *
     * <p>Threads: single-threaded.
     */
    public static final class Builder {
        private final PageSize pageSize;
        private final List<BlockPlan> plans = new ArrayList<>();
        private boolean adviseHugePages;

        private Builder(PageSize pageSize) {
            this.pageSize = pageSize;
        }

        /**
         * Adds a block.
         *
         * @param idstr its name, unique, 1 to 255 bytes of UTF-8
         * @param guestPhysicalAddress where the guest sees it, a multiple of the page size
         * @param lengthBytes its length, a multiple of the page size
         * @param backing what it is made of
         * @return this
         * @throws IllegalArgumentException if one of these does not hold, or if the block overlaps another one
         */
        public Builder block(String idstr, long guestPhysicalAddress, long lengthBytes, Backing backing) {
            BlockPlan plan = BlockPlan.checked(idstr, guestPhysicalAddress, lengthBytes, backing, pageSize);
            plans.forEach(plan::checkBeside);
            plans.add(plan);
            return this;
        }

        /**
         * Advises the kernel to use transparent huge pages. It may refuse: see {@link GuestMemory#hugePageRefusals}.
         *
         * @return this
         */
        public Builder adviseHugePages() {
            adviseHugePages = true;
            return this;
        }

        /**
         * Maps the blocks.
         *
         * @return the memory
         * @throws IllegalStateException if there is no block
         * @throws IOException if a file is too short or cannot be opened, or if the kernel refuses; the message names the
         *     block, and nothing stays mapped or open
         */
        public GuestMemory build() throws IOException {
            if (plans.isEmpty()) {
                throw new IllegalStateException("a guest needs at least one block of RAM");
            }
            Arena arena = Arena.ofShared();
            BlockMapper mapper = new BlockMapper(arena);
            try {
                return new GuestMemory(pageSize, mapAll(mapper), arena, mapper);
            } catch (IOException | RuntimeException | Error e) {
                arena.close();
                mapper.closeMemfds();
                throw e;
            }
        }

        private List<RamBlock> mapAll(BlockMapper mapper) throws IOException {
            List<RamBlock> blocks = new ArrayList<>();
            long nextPage = 0;
            for (BlockPlan plan : plans) {
                BlockMapper.Mapping mapping = mapper.map(plan, adviseHugePages);
                RamBlock block = new RamBlock(plan, blocks.size(), nextPage, pageSize, mapping);
                blocks.add(block);
                nextPage = (block.endPage() + BLOCK_PAGE_ALIGNMENT - 1) & -BLOCK_PAGE_ALIGNMENT;
            }
            return blocks;
        }
    }
}
