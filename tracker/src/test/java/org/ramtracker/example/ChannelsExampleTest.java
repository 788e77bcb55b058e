package org.ramtracker.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.ramtracker.live.MigrationResult;
import org.ramtracker.live.StreamRamSink;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

class ChannelsExampleTest {
    private static GuestMemory memory() throws IOException {
        return GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, 8L << 20, new Backing.Anonymous())
                .build();
    }

    @Test
    void pagesArriveOverTwoChannelsAndTheReportSaysWhatWasSaved() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open();
                GuestMemory here = memory();
                GuestMemory there = memory()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            RamBlock block = here.blocks().getFirst();
            block.segment().asSlice(1 << 20, 4 << 20).fill((byte) 0x5a);
            FutureTask<MigrationResult> arrival = new FutureTask<>(() -> ChannelsExample.receive(server, 2, there));
            Thread.ofPlatform().daemon().start(arrival);
            StreamRamSink sink = ChannelsExample.connect(server.getLocalAddress(), 2, here, UUID.randomUUID());
            sendAll(sink, block);

            assertThat(arrival.get(60, TimeUnit.SECONDS).isCommitted()).isTrue();
            MemorySegment arrived = there.blocks().getFirst().segment();
            assertThat(block.segment().mismatch(arrived)).isEqualTo(-1);
            assertThat(arrived.get(ValueLayout.JAVA_BYTE, 2 << 20)).isEqualTo((byte) 0x5a);
            assertThat(ChannelsExample.saved(sink))
                    .matches("[1-9]\\d* bytes less on the wire for \\d+ ms of compressing");
        }
    }

    /** What an agent does with a guest that writes nothing. */
    private static void sendAll(StreamRamSink sink, RamBlock block) throws IOException {
        poll(sink::begin);
        sink.passBegins(1);
        for (long page = block.firstPage(); page < block.endPage(); ) {
            page += sink.offer(block, page, block.endPage() - page);
        }
        poll(sink::flush);
        poll(sink::finish);
        poll(sink::commit);
    }

    private interface Step {
        boolean isDone() throws IOException;
    }

    private static void poll(Step step) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!step.isDone()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
