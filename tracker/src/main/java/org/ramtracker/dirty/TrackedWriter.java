package org.ramtracker.dirty;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.ramtracker.memory.RamBlock;

/**
 * The VMM's own writes to guest memory (device emulation, DMA): store the bytes, <em>then</em> mark the pages, in every
 * method.
 *
 * <p>Threads: any number, each method independently.
 *
 * <p>Guarantees: ranges are checked before the first byte is stored, so a write either is refused and leaves no trace, or is
 * stored and marked, also when storing ends in an exception: a page marked in vain costs a transfer, a store without a mark
 * costs the guest. (One thing is beyond that: the JVM reports a fault on a backing file that was cut off at a moment of its own
 * choice. Never truncate a file that backs a guest.) A write is complete, and reported by the next sync, when
 * the method has returned; pausing a guest includes waiting for that, which is called draining. Why a write that races with a
 * sync is not lost is told at {@link DirtyBitmap}: this class is the writer of that argument.
 *
 * <p>Progress: as {@link DirtyBitmap#mark(long)}, one atomic operation for each 64 pages touched.
 */
public final class TrackedWriter {
    private final DirtyBitmap marks;

    /**
     * A writer.
     *
     * @param marks where writes are recorded, over the page space of the memory that will be written
     */
    public TrackedWriter(DirtyBitmap marks) {
        this.marks = marks;
    }

    /**
     * Stores a 64-bit word in native byte order.
     *
     * @param block where
     * @param offsetBytes offset in the block, a multiple of 8
     * @param value what
     * @throws IndexOutOfBoundsException if it is outside the block; nothing is stored
     * @throws IllegalArgumentException if the offset is not a multiple of 8; nothing is stored
     */
    public void putLong(RamBlock block, long offsetBytes, long value) {
        checkRange(block, offsetBytes, Long.BYTES);
        block.segment().set(JAVA_LONG, offsetBytes, value);
        marks.mark(block.pageAt(offsetBytes));
    }

    /**
     * Copies bytes into guest memory.
     *
     * @param block where
     * @param offsetBytes offset in the block
     * @param source what, all of it; it may overlap the target
     * @throws IndexOutOfBoundsException if it does not fit into the block; nothing is stored
     */
    public void put(RamBlock block, long offsetBytes, MemorySegment source) {
        long lengthBytes = source.byteSize();
        checkRange(block, offsetBytes, lengthBytes);
        try {
            MemorySegment.copy(source, 0, block.segment(), offsetBytes, lengthBytes);
            markRange(block, offsetBytes, lengthBytes);
        } catch (Throwable e) {
            markRange(block, offsetBytes, lengthBytes);
            throw e;
        }
    }

    /**
     * Fills a range of guest memory with one byte.
     *
     * @param block where
     * @param offsetBytes offset in the block
     * @param lengthBytes how many bytes, at least 0
     * @param value the byte
     * @throws IndexOutOfBoundsException if it is outside the block; nothing is stored
     */
    public void fill(RamBlock block, long offsetBytes, long lengthBytes, byte value) {
        checkRange(block, offsetBytes, lengthBytes);
        try {
            block.segment().asSlice(offsetBytes, lengthBytes).fill(value);
            markRange(block, offsetBytes, lengthBytes);
        } catch (Throwable e) {
            markRange(block, offsetBytes, lengthBytes);
            throw e;
        }
    }

    /** The pages are checked too: a block of another memory must not be written and then fail to be marked. */
    private void checkRange(RamBlock block, long offsetBytes, long lengthBytes) {
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, block.usedLengthBytes());
        Objects.checkFromToIndex(block.firstPage(), block.endPage(), marks.pages());
    }

    /**
     * Callers mark inside a {@code try}, and once more if anything is thrown in it. A {@code finally} does not do: the JVM
     * reports a store beyond the end of a mapped file by an InternalError some calls later, and seen in this method.
     */
    private void markRange(RamBlock block, long offsetBytes, long lengthBytes) {
        if (lengthBytes > 0) {
            long firstPage = block.pageAt(offsetBytes);
            long lastPage = block.pageAt(offsetBytes + lengthBytes - 1);
            marks.mark(firstPage, lastPage + 1 - firstPage);
        }
    }
}
