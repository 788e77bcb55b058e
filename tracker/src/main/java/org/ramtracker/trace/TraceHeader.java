package org.ramtracker.trace;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.ramtracker.trace.TraceHeaderDescriptor.*;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ramtracker.memory.PageSize;

/**
 * The beginning of a trace, read and checked.
 *
 * @param layout the shape of the guest's memory
 * @param epochNanos how long epochs were meant to be
 * @param createdAtEpochMillis when the trace was created
 * @param headerBytes where the first entry begins
 */
record TraceHeader(TraceLayout layout, long epochNanos, long createdAtEpochMillis, int headerBytes) {
    /** What a recorder changes while it records. */
    record Prefix(long committedBytes, boolean ended) {}

    static int bytesFor(TraceLayout layout) {
        return HEADER_BYTES_MIN
                + layout.blocks().stream()
                        .mapToInt(block -> blockBytes(utf8(block).length))
                        .sum();
    }

    private static byte[] utf8(TraceBlock block) {
        return block.idstr().getBytes(StandardCharsets.UTF_8);
    }

    /** The header in bytes, with a committed length of 0. */
    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocateDirect(headerBytes).order(ByteOrder.nativeOrder());
        out.putLong(MAGIC).putLong(0).putLong(0);
        out.putInt(VERSION).putInt(headerBytes);
        out.putInt(layout.pageSize().bytes()).putInt(layout.blocks().size());
        out.putLong(epochNanos).putLong(createdAtEpochMillis);
        for (TraceBlock block : layout.blocks()) {
            byte[] name = utf8(block);
            out.putLong(block.guestPhysicalAddress());
            out.putLong(layout.pageSize().toBytes(block.pages()));
            out.putLong(name.length);
            out.put(name).put(new byte[TraceEntryDescriptor.aligned(name.length) - name.length]);
        }
        int crcOffset = crcOffset(headerBytes);
        out.clear();
        out.putInt(crcOffset, TraceChecksum.of(MemorySegment.ofBuffer(out), FIXED_OFFSET, crcOffset));
        return out;
    }

    /** Reads the changing part; the committed length is then known to be there, and to be all if the trace was ended. */
    static Prefix prefix(Path file, FileChannel channel) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(FIXED_OFFSET).order(ByteOrder.nativeOrder());
        int length = Math.max(0, channel.read(start, 0));
        checkMagic(file, start, length);
        boolean ended = ended(file, start);
        if (ended) { // what was committed last may have been committed after the length was read
            channel.read(start.clear(), 0);
        }
        long committed = start.getLong(COMMITTED_OFFSET);
        checkCommitted(file, committed, channel.size());
        if (ended && committed < channel.size()) {
            throw new TraceException(
                    file,
                    committed,
                    "the trace ends here, but %d bytes follow that are none of it; copy it again"
                            .formatted(channel.size() - committed));
        }
        return new Prefix(committed, ended);
    }

    private static boolean ended(Path file, ByteBuffer start) throws TraceException {
        int ended = start.getInt(ENDED_OFFSET);
        if (ended != 0 && ended != 1) {
            throw new TraceException(
                    file,
                    ENDED_OFFSET,
                    "neither ended nor not, but 0x%x; it is damaged; copy it again".formatted(ended));
        }
        int padding = start.getInt(ENDED_PADDING_OFFSET);
        if (padding != 0) {
            throw new TraceException(
                    file,
                    ENDED_PADDING_OFFSET,
                    "0x%x where zeros belong; it is damaged; copy it again".formatted(padding));
        }
        return ended == 1;
    }

    private static void checkCommitted(Path file, long committed, long fileBytes) throws TraceException {
        if (committed == 0) {
            throw new TraceException(file, 0, "the trace is empty: its recording ended before its header was whole");
        }
        if (committed < HEADER_BYTES_MIN) {
            throw new TraceException(
                    file,
                    COMMITTED_OFFSET,
                    "the file's own length, %d, is damaged; copy it again".formatted(committed));
        }
        if (committed > fileBytes) {
            throw new TraceException(
                    file,
                    fileBytes,
                    "cut short: the trace has %d bytes, the file ends here; copy it again".formatted(committed));
        }
    }

    private static void checkMagic(Path file, ByteBuffer start, int length) throws TraceException {
        if (length == 0) {
            throw new TraceException(file, 0, "the file is empty, so it is no dirty trace; name one that was recorded");
        }
        long magic = start.getLong(MAGIC_OFFSET);
        if (length < FIXED_OFFSET && magic == MAGIC) {
            throw new TraceException(file, length, "cut short within the header; copy it again");
        }
        if (magic == Long.reverseBytes(MAGIC)) {
            throw new TraceException(
                    file, 0, "recorded on a machine of the other byte order; read it on such a machine");
        }
        if (magic != MAGIC) {
            throw new TraceException(
                    file,
                    0,
                    "begins with 0x%016x, so it is no dirty trace; name one that was recorded".formatted(magic));
        }
    }

    /** Reads the part that never changes. */
    static TraceHeader read(Path file, MemorySegment bytes) throws TraceException {
        int version = bytes.get(JAVA_INT, VERSION_OFFSET);
        if (version != VERSION) {
            throw new TraceException(
                    file, VERSION_OFFSET, "version %d, this program reads version %d".formatted(version, VERSION));
        }
        int headerBytes = bytes.get(JAVA_INT, HEADER_BYTES_OFFSET);
        if (headerBytes < HEADER_BYTES_MIN
                || headerBytes > Math.min(HEADER_BYTES_MAX, bytes.byteSize())
                || headerBytes % Long.BYTES != 0) {
            throw new TraceException(
                    file,
                    HEADER_BYTES_OFFSET,
                    "a header of %d bytes; it is damaged; copy it again".formatted(headerBytes));
        }
        int crcOffset = crcOffset(headerBytes);
        TraceChecksum.check(file, bytes, FIXED_OFFSET, crcOffset, crcOffset, "the header");
        if (bytes.get(JAVA_INT, crcOffset + Integer.BYTES) != 0) {
            throw new TraceException(
                    file, crcOffset + Integer.BYTES, "the header does not end in zeros; it is damaged; copy it again");
        }
        return decode(file, bytes, headerBytes);
    }

    private static TraceHeader decode(Path file, MemorySegment bytes, int headerBytes) throws TraceException {
        long epochNanos = bytes.get(JAVA_LONG, EPOCH_NANOS_OFFSET);
        if (epochNanos <= 0) {
            throw new TraceException(file, EPOCH_NANOS_OFFSET, "epochs of %d ns".formatted(epochNanos));
        }
        PageSize pageSize = pageSize(file, bytes);
        List<TraceBlock> blocks = blocks(file, bytes, headerBytes, pageSize);
        return new TraceHeader(
                new TraceLayout(pageSize, blocks), epochNanos, bytes.get(JAVA_LONG, CREATED_AT_OFFSET), headerBytes);
    }

    private static PageSize pageSize(Path file, MemorySegment bytes) throws TraceException {
        try {
            return PageSize.ofBytes(bytes.get(JAVA_INT, PAGE_BYTES_OFFSET));
        } catch (IllegalArgumentException e) {
            throw new TraceException(file, PAGE_BYTES_OFFSET, String.valueOf(e.getMessage()));
        }
    }

    private static List<TraceBlock> blocks(Path file, MemorySegment bytes, int headerBytes, PageSize pageSize)
            throws TraceException {
        int count = bytes.get(JAVA_INT, BLOCK_COUNT_OFFSET);
        if (count < 1 || count > BLOCKS_MAX) {
            throw new TraceException(file, BLOCK_COUNT_OFFSET, "%d blocks of RAM".formatted(count));
        }
        List<TraceBlock> blocks = new ArrayList<>();
        int offset = BLOCKS_OFFSET;
        long firstPage = 0;
        for (int i = 0; i < count; i++) {
            TraceBlock block = block(file, bytes.asSlice(0, crcOffset(headerBytes)), offset, firstPage, pageSize);
            blocks.add(block);
            offset += blockBytes(utf8(block).length);
            firstPage = (block.endPage() + 63) & -64L;
        }
        return blocks;
    }

    private static TraceBlock block(Path file, MemorySegment bytes, int offset, long firstPage, PageSize pageSize)
            throws TraceException {
        try {
            long lengthBytes = bytes.get(JAVA_LONG, offset + BLOCK_LENGTH_OFFSET);
            long nameBytes = bytes.get(JAVA_LONG, offset + BLOCK_NAME_BYTES_OFFSET);
            if (lengthBytes <= 0 || !pageSize.isAligned(lengthBytes) || nameBytes < 1 || nameBytes > NAME_BYTES_MAX) {
                throw new TraceException(
                        file,
                        offset,
                        "a block of RAM of %d bytes with a name of %d bytes".formatted(lengthBytes, nameBytes));
            }
            byte[] name = bytes.asSlice(offset + BLOCK_NAME_OFFSET, nameBytes).toArray(ValueLayout.JAVA_BYTE);
            return new TraceBlock(
                    new String(name, StandardCharsets.UTF_8),
                    bytes.get(JAVA_LONG, offset + BLOCK_ADDRESS_OFFSET),
                    firstPage,
                    pageSize.pageOf(lengthBytes));
        } catch (IndexOutOfBoundsException e) {
            throw new TraceException(file, offset, "the header ends within a block of RAM");
        }
    }
}
