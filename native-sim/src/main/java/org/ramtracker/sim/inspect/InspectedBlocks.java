package org.ramtracker.sim.inspect;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.BlockEntry;
import org.ramtracker.stream.BlockListDescriptor;
import org.ramtracker.stream.PageKind;
import org.ramtracker.stream.RefusedException;

/** The blocks of a recording, in the order of its list. */
final class InspectedBlocks implements AutoCloseable {
    private final Map<String, InspectedBlock> byName = new LinkedHashMap<>();
    private final Map<RamBlock, InspectedBlock> byRamBlock = new HashMap<>();

    /** Maps a block, unless it was listed before. */
    void add(BlockEntry entry, PageSize pageSize) throws RefusedException {
        if (byName.containsKey(entry.idstr())) {
            return;
        }
        if (byName.size() == BlockListDescriptor.BLOCKS_MAX) {
            throw new RefusedException("more than %d blocks".formatted(BlockListDescriptor.BLOCKS_MAX));
        }
        try {
            InspectedBlock block = new InspectedBlock(entry, pageSize);
            byName.put(entry.idstr(), block);
            byRamBlock.put(block.block(), block);
        } catch (IOException e) {
            throw new RefusedException(
                    "no room for a block of %d bytes: %s".formatted(entry.usedLengthBytes(), e.getMessage()));
        }
    }

    @Nullable
    RamBlock resolve(String idstr) {
        InspectedBlock block = byName.get(idstr);
        return block == null ? null : block.block();
    }

    InspectedBlock of(RamBlock block) {
        InspectedBlock inspected = byRamBlock.get(block);
        if (inspected == null) {
            throw new AssertionError("a page of a block that was not resolved: " + block);
        }
        return inspected;
    }

    Collection<InspectedBlock> all() {
        return byName.values();
    }

    long pages(PageKind kind) {
        return all().stream().mapToLong(block -> block.pages(kind)).sum();
    }

    @Override
    public void close() {
        all().forEach(InspectedBlock::close);
    }
}
