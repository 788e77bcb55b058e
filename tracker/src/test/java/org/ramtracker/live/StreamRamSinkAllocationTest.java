package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.scan.DuplicateBytes;

class StreamRamSinkAllocationTest {
    private static final int WARM_UP_ROUNDS = 200;
    private static final int ROUNDS = 100;
    private static final int ROUNDS_WITHOUT_ALLOCATION_WANTED = 3;

    @Test
    void pagesOnTheirWayToASocketAllocateNothing() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Connection connection = Connection.tcp();
                GuestMemory memory = TestGuest.memory(PageSize.KIB_4, 256 << 10)) {
            memory.blocks().getFirst().segment().fill((byte) 1);
            memory.blocks().getFirst().segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 2);
            Thread.ofPlatform().daemon().start(() -> drain(connection));
            StreamRamSink sink = StreamRamSink.builder(memory, SystemNanoClock.INSTANCE)
                    .duplicates(DuplicateBytes.ANY)
                    .toSocket(connection.source());
            while (!sink.begin()) {
                Thread.onSpinWait();
            }
            sendRounds(sink, memory, WARM_UP_ROUNDS);
            long leastBytes = Long.MAX_VALUE;
            for (int i = 0; i < ROUNDS_WITHOUT_ALLOCATION_WANTED; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                sendRounds(sink, memory, ROUNDS);
                leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(leastBytes).as("bytes allocated in %d rounds", ROUNDS).isZero();
            sink.abort();
        }
    }

    private static void sendRounds(StreamRamSink sink, GuestMemory memory, int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < memory.blocks().size(); i++) {
                sendBlock(sink, memory.blocks().get(i));
            }
            sink.flush();
        }
    }

    private static void sendBlock(StreamRamSink sink, RamBlock block) throws IOException {
        long page = block.firstPage();
        while (page < block.endPage()) {
            page += sink.offer(block, page, block.endPage() - page);
        }
    }

    /** Reads whatever comes, to the end. */
    static void drain(Connection connection) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        try {
            while (connection.destination().read(buffer.clear()) >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException endOfTheTest) {
            // The sink's reset, or our own end closed under us: nobody would hear an assertion on this thread.
        }
    }
}
