package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** Of the agent's thread and those of the channels, for long runs of pages, zero pages, and packets of more than one block. */
class ChannelAllocationTest {
    private static final int ROUNDS = 100;

    /** What is not compiled yet allocates, and a loaded machine compiles late; what allocates for each packet always will. */
    private static final int ATTEMPTS_MAX = 50;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void pagesOnTheirWayToChannelsAllocateNothing() throws IOException {
        try (Connection main = Connection.tcp();
                Connection first = Connection.tcp();
                Connection second = Connection.tcp();
                GuestMemory memory = TestGuest.memory(PageSize.KIB_4, 256 << 10)) {
            for (RamBlock block : memory.blocks()) {
                block.segment().asSlice(0, block.usedLengthBytes() / 2).fill((byte) 2);
            }
            for (Connection connection : List.of(main, first, second)) {
                Thread.ofPlatform().daemon().start(() -> StreamRamSinkAllocationTest.drain(connection));
            }
            StreamRamSink sink = StreamRamSink.builder(memory, SystemNanoClock.INSTANCE)
                    .uuid(new UUID(1, 2))
                    .channels(List.of(first.source(), second.source()), Compression.NONE)
                    .toSocket(main.source());
            while (!sink.begin()) {
                Thread.onSpinWait();
            }
            sendRounds(sink, memory, ROUNDS);
            long[] channels = channelThreads();
            assertThat(channels).hasSize(2);
            long bytes = Long.MAX_VALUE;
            for (int attempt = 0; attempt < ATTEMPTS_MAX && bytes >= ROUNDS; attempt++) {
                long before = allocatedBytes(channels);
                sendRounds(sink, memory, ROUNDS);
                bytes = allocatedBytes(channels) - before;
            }
            sink.abort();
            assertThat(bytes).as("bytes allocated in %d rounds", ROUNDS).isLessThan(ROUNDS);
        }
    }

    /** By this thread, which is the agent's, and by those of the channels. */
    private long allocatedBytes(long[] channels) {
        long bytes = threads.getCurrentThreadAllocatedBytes();
        for (long channel : channels) {
            bytes += threads.getThreadAllocatedBytes(channel);
        }
        return bytes;
    }

    private long[] channelThreads() {
        return LongStream.of(threads.getAllThreadIds()).filter(this::isChannel).toArray();
    }

    private boolean isChannel(long id) {
        ThreadInfo info = threads.getThreadInfo(id);
        return info != null && info.getThreadName().startsWith("ramtracker-channel-");
    }

    private static void sendRounds(StreamRamSink sink, GuestMemory memory, int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            sink.passBegins(round + 1L);
            for (int i = 0; i < memory.blocks().size(); i++) {
                sendBlock(sink, memory.blocks().get(i));
            }
            while (!sink.flush()) {
                Thread.onSpinWait();
            }
        }
    }

    private static void sendBlock(StreamRamSink sink, RamBlock block) throws IOException {
        long page = block.firstPage();
        while (page < block.endPage()) {
            page += sink.offer(block, page, block.endPage() - page);
        }
    }
}
