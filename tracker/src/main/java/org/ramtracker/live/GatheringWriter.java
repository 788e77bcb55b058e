package org.ramtracker.live;

import java.io.IOException;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.MultifdPacketWriter;

/**
 * Writes packets whose pages are not compressed by one call each, header and runs of pages from where they are: the kernel's copy into the
 * socket is the only one, however short the runs.
 *
 * <p>What {@link StraightWriter} says of pages that are written meanwhile holds here as well.
 *
 * <p>Threads: one, the channel's. Nothing allocates but the first packet of a block.
 */
final class GatheringWriter {
    private final ChannelSocket socket;
    private final MultifdPacketWriter writer;
    private final int pageBytes;
    private final ChannelCounters counters;

    GatheringWriter(ChannelSocket socket, MultifdPacketWriter writer, PageSize pageSize, ChannelCounters counters) {
        this.socket = socket;
        this.writer = writer;
        this.pageBytes = pageSize.bytes();
        this.counters = counters;
    }

    /** Writes the packet that the writer holds, whose pages were added in place. */
    void write(RamBlock block, long packetNumber) throws IOException {
        int headerBytes = writer.encodeHeader(packetNumber).remaining();
        socket.begin();
        socket.add(writer.packetBytes(), 0, headerBytes);
        int end;
        for (int i = 0; i < writer.normalPages(); i = end) {
            end = writer.endOfRun(i);
            socket.add(block.segment(), writer.normalOffsetBytes(i), (long) (end - i) * pageBytes);
        }
        while (socket.remainingBytes() > 0) {
            counters.sent(socket.drain());
        }
    }
}
