package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import org.ramtracker.memory.MemoryWindows;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.MultifdPacketWriter;

/**
 * Writes packets whose pages are not compressed, the pages straight from guest memory: the kernel's copy into the socket is the only
 * one. Runs that are too short for a system call of their own are copied behind the header first.
 *
 * <p>A guest that writes a page while the kernel copies it marks it dirty, so that what was sent half old and half new is sent
 * again: the rule is that of every look at a page ({@link StreamRamSink}).
 *
 * <p>Threads: one, the channel's. Nothing allocates but the first packet of a block.
 */
final class StraightWriter {
    /** Below this the copy is cheaper: 8 pages of 4 KiB. */
    private static final int RUN_BYTES_MIN = 32 << 10;

    private final GatheringByteChannel channel;
    private final MultifdPacketWriter writer;
    private final int pageBytes;
    private final ChannelCounters counters;
    private final MemoryWindows windows = new MemoryWindows();
    private final ByteBuffer[] headerAndRun = new ByteBuffer[2];

    StraightWriter(
            GatheringByteChannel channel, MultifdPacketWriter writer, PageSize pageSize, ChannelCounters counters) {
        this.channel = channel;
        this.writer = writer;
        this.pageBytes = pageSize.bytes();
        this.counters = counters;
    }

    /** Writes the packet that the writer holds, whose pages were added in place. */
    void write(RamBlock block, long packetNumber) throws IOException {
        if (averageRunBytes() >= RUN_BYTES_MIN) {
            writeRuns(block, writer.encodeHeader(packetNumber));
        } else {
            writer.copyPages();
            write(writer.encode(packetNumber));
        }
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            counters.sent(channel.write(bytes));
        }
    }

    private int averageRunBytes() {
        int runs = 0;
        for (int i = 0; i < writer.normalPages(); i = endOfRun(i)) {
            runs++;
        }
        return runs == 0 ? 0 : writer.normalPages() / runs * pageBytes;
    }

    private int endOfRun(int index) {
        int end = index + 1;
        while (end < writer.normalPages()
                && writer.normalOffsetBytes(end) == writer.normalOffsetBytes(end - 1) + pageBytes) {
            end++;
        }
        return end;
    }

    /** The header leaves with the first run, because alone it would wake the destination for nothing. */
    private void writeRuns(RamBlock block, ByteBuffer header) throws IOException {
        headerAndRun[0] = header;
        int end;
        for (int i = 0; i < writer.normalPages(); i = end) {
            end = endOfRun(i);
            writeRun(block, writer.normalOffsetBytes(i), (long) (end - i) * pageBytes);
        }
    }

    private void writeRun(RamBlock block, long offsetBytes, long lengthBytes) throws IOException {
        long done = 0;
        while (done < lengthBytes) {
            ByteBuffer run = windows.window(block, offsetBytes + done, lengthBytes - done);
            done += run.remaining();
            headerAndRun[1] = run;
            while (run.hasRemaining()) {
                counters.sent(channel.write(headerAndRun));
            }
        }
    }
}
