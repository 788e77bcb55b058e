package org.ramtracker.dirty;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/**
 * The VMM's own writes to guest memory (device emulation, DMA): store, <em>then</em> mark, in every method.
 *
 * <p>Threads: any number, each method independently. A write is complete, and will be reported by the next sync, when the
 * method has returned; a pause of the guest must wait for that (drain).
 */
public final class TrackedWriter {
    private final DirtyBitmap marks;
    private final PageSize pageSize;

    /**
     * A writer.
     *
     * @param marks where writes are recorded
     * @param pageSize page size of the memory
     */
    public TrackedWriter(DirtyBitmap marks, PageSize pageSize) {
        this.marks = marks;
        this.pageSize = pageSize;
    }

    /**
     * Stores a 64-bit word.
     *
     * @param block where
     * @param offsetBytes offset in the block, a multiple of 8
     * @param value what
     * @throws IndexOutOfBoundsException if it is outside the block; nothing is stored
     */
    public void putLong(RamBlock block, long offsetBytes, long value) {
        block.segment().set(ValueLayout.JAVA_LONG, offsetBytes, value);
        marks.mark(block.pageAt(offsetBytes));
    }

    /**
     * Copies bytes into guest memory.
     *
     * @param block where
     * @param offsetBytes offset in the block
     * @param source what, all of it
     * @throws IndexOutOfBoundsException if it does not fit into the block; nothing is stored
     */
    public void put(RamBlock block, long offsetBytes, MemorySegment source) {
        if (source.byteSize() == 0) {
            return;
        }
        MemorySegment.copy(source, 0, block.segment(), offsetBytes, source.byteSize());
        markRange(block, offsetBytes, source.byteSize());
    }

    /**
     * Fills a range of guest memory with one byte.
     *
     * @param block where
     * @param offsetBytes offset in the block
     * @param lengthBytes how many bytes
     * @param value the byte
     * @throws IndexOutOfBoundsException if it is outside the block; nothing is stored
     */
    public void fill(RamBlock block, long offsetBytes, long lengthBytes, byte value) {
        if (lengthBytes == 0) {
            return;
        }
        block.segment().asSlice(offsetBytes, lengthBytes).fill(value);
        markRange(block, offsetBytes, lengthBytes);
    }

    private void markRange(RamBlock block, long offsetBytes, long lengthBytes) {
        long first = block.pageAt(offsetBytes);
        long last = block.firstPage() + pageSize.pageOf(offsetBytes + lengthBytes - 1);
        marks.mark(first, last - first + 1);
    }
}
