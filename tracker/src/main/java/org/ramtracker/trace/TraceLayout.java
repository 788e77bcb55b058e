package org.ramtracker.trace;

import java.util.List;
import java.util.stream.Collectors;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/**
 * The shape of a guest's memory: what the pages of a trace are pages of. The page space is that of
 * {@link GuestMemory}: all blocks in order, each beginning at a multiple of 64.
 *
 * @param pageSize size of the pages
 * @param blocks the blocks, at least one
 */
public record TraceLayout(PageSize pageSize, List<TraceBlock> blocks) {
    /** Keeps a list of its own. */
    public TraceLayout {
        blocks = List.copyOf(blocks);
    }

    /**
     * The shape of a memory.
     *
     * @param memory the memory
     * @return its layout
     */
    public static TraceLayout of(GuestMemory memory) {
        return new TraceLayout(
                memory.pageSize(),
                memory.blocks().stream()
                        .map(block -> new TraceBlock(
                                block.idstr(), block.guestPhysicalAddress(), block.firstPage(), block.pages()))
                        .toList());
    }

    /**
     * The layout for people.
     *
     * @return page size and blocks in a few words
     */
    public String description() {
        return blocks.stream()
                .map(block -> "%s at 0x%x with %d pages"
                        .formatted(block.idstr(), block.guestPhysicalAddress(), block.pages()))
                .collect(Collectors.joining(", ", "pages of %d bytes, ".formatted(pageSize.bytes()), ""));
    }

    /**
     * Size of the page space, the size of every bitmap over this layout.
     *
     * @return pages, those in the gaps between blocks included
     */
    public long pages() {
        return blocks.getLast().endPage();
    }

    /**
     * Pages that exist.
     *
     * @return the sum of the blocks' pages
     */
    public long ramPages() {
        return blocks.stream().mapToLong(TraceBlock::pages).sum();
    }

    /**
     * Size of the RAM.
     *
     * @return bytes in all blocks
     */
    public long totalBytes() {
        return pageSize.toBytes(ramPages());
    }
}
