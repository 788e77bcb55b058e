package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.ramtracker.memory.MemoryWindows;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.MultifdPacketWriter;

/**
 * Writes packets whose pages are not compressed. Long runs of pages go straight from guest memory: the kernel's copy into the socket is the
 * only one. Runs that are too short for a system call of their own are copied behind the header, and leave together.
 *
 * <pre>
 *   packet   | header | short | short | long ............ | short | short |
 *   writes   |-- copied ---------------- |--- straight ---|-- copied -----|
 * </pre>
 *
 * <p>What is copied takes the beginning of a long run with it, if it would be a small write otherwise: a header that arrives alone would
 * wake the destination for nothing.
 *
 * <p>A guest that writes a page while the kernel copies it marks it dirty, so that what was sent half old and half new is sent
 * again: the rule is that of every look at a page ({@link StreamRamSink}).
 *
 * <p>Threads: one, the channel's. Nothing allocates but the first packet of a block; Java's gathering write would, and where there is another
 * way to gather, {@link GatheringWriter} takes it.
 */
final class StraightWriter {
    /** Below this the copy is cheaper: 8 pages of 4 KiB. */
    private static final int WRITE_BYTES_MIN = 32 << 10;

    private final WritableByteChannel channel;
    private final MultifdPacketWriter writer;
    private final int pageBytes;
    private final ChannelCounters counters;
    private final MemoryWindows windows = new MemoryWindows();

    StraightWriter(
            WritableByteChannel channel, MultifdPacketWriter writer, PageSize pageSize, ChannelCounters counters) {
        this.channel = channel;
        this.writer = writer;
        this.pageBytes = pageSize.bytes();
        this.counters = counters;
    }

    /** Writes the packet that the writer holds, whose pages were added in place. */
    void write(RamBlock block, long packetNumber) throws IOException {
        ByteBuffer copied = writer.encodeHeader(packetNumber);
        int end;
        for (int i = 0; i < writer.normalPages(); i = end) {
            end = writer.endOfRun(i);
            int straight = i + pagesToCopy(copied.remaining(), end - i);
            copy(i, straight, copied);
            if (straight < end) {
                write(copied);
                writeRun(block, writer.normalOffsetBytes(straight), (long) (end - straight) * pageBytes);
                copied.limit(writer.endOfPages(end)).position(writer.endOfPages(end));
            }
        }
        write(copied);
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            counters.sent(channel.write(bytes));
        }
    }

    /** Of a run: as many as make the copied bytes worth a write, and all of them if the rest would not be worth one. */
    private int pagesToCopy(int copiedBytes, int runPages) {
        int missingBytes = copiedBytes == 0 ? 0 : Math.max(0, WRITE_BYTES_MIN - copiedBytes);
        int pages = Math.min(runPages, (missingBytes + pageBytes - 1) / pageBytes);
        return (runPages - pages) * pageBytes < WRITE_BYTES_MIN ? runPages : pages;
    }

    private void copy(int page, int endPage, ByteBuffer copied) {
        if (page < endPage) {
            writer.copyPages(page, endPage);
            copied.limit(writer.endOfPages(endPage));
        }
    }

    private void writeRun(RamBlock block, long offsetBytes, long lengthBytes) throws IOException {
        long done = 0;
        while (done < lengthBytes) {
            ByteBuffer run = windows.window(block, offsetBytes + done, lengthBytes - done);
            done += run.remaining();
            write(run);
        }
    }
}
