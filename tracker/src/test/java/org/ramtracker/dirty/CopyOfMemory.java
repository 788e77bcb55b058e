package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/** A migrator's copy of a guest's memory: it takes the pages that a log reported, as a destination would. */
public final class CopyOfMemory implements AutoCloseable {
    private final GuestMemory memory;
    private final Arena arena = Arena.ofShared();
    private final List<MemorySegment> blocks = new ArrayList<>();

    /** A copy that is equal to memory that was never written. */
    public CopyOfMemory(GuestMemory memory) {
        this.memory = memory;
        memory.blocks().forEach(block -> blocks.add(arena.allocate(block.usedLengthBytes(), 4096)));
    }

    /** Copies the pages of a set, and empties it. */
    public void take(PageBitmap pending) {
        take(pending, memory.blocks().stream().map(RamBlock::segment).toList());
    }

    /** Copies the pages of a set from an earlier state of the memory, which is what a migrator must not do, and empties it. */
    public void takeFrom(CopyOfMemory earlier, PageBitmap pending) {
        take(pending, earlier.blocks);
    }

    /** Copies everything. */
    public void takeAll() {
        for (RamBlock block : memory.blocks()) {
            blocks.get(block.index()).copyFrom(block.segment());
        }
    }

    private void take(PageBitmap pending, List<MemorySegment> from) {
        long pageBytes = memory.pageSize().bytes();
        for (RamBlock block : memory.blocks()) {
            for (long page = block.firstPage(); page < block.endPage(); page++) {
                if (pending.contains(page)) {
                    long at = block.offsetBytesOf(page);
                    MemorySegment.copy(from.get(block.index()), at, blocks.get(block.index()), at, pageBytes);
                }
            }
        }
        pending.clear();
    }

    /** Pages that differ from the memory now. */
    public long differingPages() {
        long pageBytes = memory.pageSize().bytes();
        long differing = 0;
        for (RamBlock block : memory.blocks()) {
            for (long at = 0; at < block.usedLengthBytes(); at += pageBytes) {
                MemorySegment copied = blocks.get(block.index()).asSlice(at, pageBytes);
                differing += copied.mismatch(block.segment().asSlice(at, pageBytes)) < 0 ? 0 : 1;
            }
        }
        return differing;
    }

    /** Fails if a page differs. */
    public void assertEqualsTheMemory(String where) {
        assertThat(differingPages()).as("pages that were lost, " + where).isZero();
    }

    @Override
    public void close() {
        arena.close();
    }
}
