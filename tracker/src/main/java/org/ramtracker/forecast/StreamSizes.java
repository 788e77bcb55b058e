package org.ramtracker.forecast;

import java.nio.ByteBuffer;
import java.util.List;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.CommandDescriptor;
import org.ramtracker.stream.RamRecordDescriptor;
import org.ramtracker.stream.RamStreamWriter;
import org.ramtracker.stream.StreamConfiguration;
import org.ramtracker.stream.VmDescription;

/**
 * How many bytes the elements of a stream take, by the encoder's own word.
 *
 * <p>Threads: immutable.
 */
final class StreamSizes {
    /** The only part of the configuration that is not the guest's. */
    private static final String MACHINE_TYPE = "ramtracker-1";

    private static final int SECTION_ID = 1;
    private static final int ROOM_BYTES = 4096;

    private final List<RamBlock> blocks;
    private final int[] namedBytes;
    private final int pageBytes;
    private final int beginningBytes;
    private final int endBytes;

    StreamSizes(GuestMemory memory) {
        PageSize pageSize = memory.pageSize();
        blocks = memory.blocks();
        pageBytes = pageSize.bytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(RamStreamWriter.startRamBytes(blocks) + ROOM_BYTES);
        RamStreamWriter writer = new RamStreamWriter(buffer, pageSize);
        writeBeginning(writer, pageSize);
        beginningBytes = buffer.position();
        namedBytes = blocks.stream().mapToInt(writer::duplicatePageBytes).toArray();
        writeEnd(writer, pageSize);
        endBytes = buffer.position() - beginningBytes;
    }

    private void writeBeginning(RamStreamWriter writer, PageSize pageSize) {
        writer.header(StreamConfiguration.of(MACHINE_TYPE, pageSize));
        writer.command(CommandDescriptor.OPEN_RETURN_PATH, ByteBuffer.allocate(0));
        writer.command(CommandDescriptor.PING, ByteBuffer.allocate(Integer.BYTES));
        writer.startRam(SECTION_ID, blocks);
    }

    private static void writeEnd(RamStreamWriter writer, PageSize pageSize) {
        writer.beginEnd();
        writer.endSection();
        writer.eof();
        writer.vmDescription(new VmDescription(pageSize, List.of()));
    }

    /** Everything before the first page. */
    int beginningBytes() {
        return beginningBytes;
    }

    /** Everything after the last page, without devices. */
    int endBytes() {
        return endBytes;
    }

    /** The frame of a section with pages. */
    static int partBytes() {
        return RamStreamWriter.beginSectionBytes() + RamStreamWriter.endSectionBytes();
    }

    /** A page, without what frames it. */
    int pageBytes() {
        return pageBytes;
    }

    /** A page that travels whole and continues a block. */
    int normalPageBytes() {
        return RamRecordDescriptor.normalLengthBytes(0, pageBytes);
    }

    /** Pages in a row: each continues the block of the one before, but maybe the first. */
    long pagesBytes(RamBlock block, boolean sameBlock, long normalPages, long duplicatePages) {
        long name = sameBlock ? 0 : namedBytes[block.index()] - RamRecordDescriptor.duplicateLengthBytes(0);
        return name + normalPages * normalPageBytes() + duplicatePages * RamRecordDescriptor.duplicateLengthBytes(0);
    }
}
