package org.ramtracker.stream;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.RamBlock;

/** Writes the records of pages, into a buffer that has room for them. Remembers the block of the last one, for CONTINUE. */
final class PageRecordWriter {
    private final ByteBuffer staging;
    private final MemorySegment stagingBytes;
    private byte[][] names = new byte[0][];
    private @Nullable RamBlock lastBlock;

    PageRecordWriter(ByteBuffer staging) {
        this.staging = staging;
        this.stagingBytes = MemorySegment.ofBuffer(staging.duplicate().clear());
    }

    /** The blocks that pages may be of, in the order of their indices. */
    void list(List<RamBlock> blocks) {
        names = blocks.stream().map(block -> Names.encode(block.idstr())).toArray(byte[][]::new);
    }

    boolean isListed() {
        return names.length > 0;
    }

    byte[] nameOf(RamBlock block) {
        return names[block.index()];
    }

    /** Length of the name that the next page of the block needs, 0 for CONTINUE. */
    int nameBytes(RamBlock block) {
        return lastBlock == block ? 0 : nameOf(block).length;
    }

    void putDuplicate(RamBlock block, long offsetBytes, int fillByte) {
        putHead(block, offsetBytes, RamRecordDescriptor.ZERO);
        staging.put((byte) fillByte);
    }

    void putNormal(RamBlock block, long offsetBytes, MemorySegment content, long contentOffsetBytes, int pageBytes) {
        putHead(block, offsetBytes, RamRecordDescriptor.PAGE);
        copy(content, contentOffsetBytes, pageBytes);
    }

    void putDelta(RamBlock block, long offsetBytes, MemorySegment delta, int deltaBytes) {
        putHead(block, offsetBytes, RamRecordDescriptor.XBZRLE);
        staging.put((byte) RamRecordDescriptor.XBZRLE_HEADER).putShort((short) deltaBytes);
        copy(delta, 0, deltaBytes);
    }

    private void copy(MemorySegment content, long offsetBytes, int lengthBytes) {
        MemorySegment.copy(content, offsetBytes, stagingBytes, staging.position(), lengthBytes);
        staging.position(staging.position() + lengthBytes);
    }

    private void putHead(RamBlock block, long offsetBytes, int flag) {
        assert offsetBytes >= 0 && offsetBytes < block.usedLengthBytes() : offsetBytes;
        if (lastBlock == block) {
            staging.putLong(offsetBytes | flag | RamRecordDescriptor.CONTINUE);
            return;
        }
        byte[] name = nameOf(block);
        staging.putLong(offsetBytes | flag).put((byte) name.length).put(name);
        lastBlock = block;
    }
}
