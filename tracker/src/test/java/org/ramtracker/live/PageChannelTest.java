package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

class PageChannelTest {
    private static final long PAGES = 1024;

    /** Zero pages are a few bytes, which the connection takes without being read. */
    @Test
    void whoeverFoundNoPacketFreeIsWokenWhenThereAreSome() throws IOException {
        try (GuestMemory memory = TestGuest.memory(PageSize.KIB_4, PAGES * PageSize.KIB_4.bytes());
                Connection connection = Connection.tcp()) {
            PageChannel channel = channelOver(connection);
            try {
                int packets = submitAll(channel, memory.blocks().getFirst());

                channel.wakeWhenFree();
                channel.start();

                assertThatThisThreadIsUnparked();
                assertThat(packets).isGreaterThan(1);
            } finally {
                channel.close();
            }
            assertThat(channel.failure()).isNull();
        }
    }

    @Test
    void whoeverWaitsTooLateIsWokenAtOnce() throws IOException {
        try (Connection connection = Connection.tcp()) {
            PageChannel channel = channelOver(connection);
            try {
                channel.wakeWhenFree();

                assertThatThisThreadIsUnparked();
            } finally {
                channel.close();
            }
        }
    }

    /** Time tells one that nobody unparks. The kernel may end a wait without need, but hardly this one. */
    private static void assertThatThisThreadIsUnparked() {
        long begunNanos = System.nanoTime();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(30));
        assertThat(System.nanoTime() - begunNanos).isLessThan(TimeUnit.SECONDS.toNanos(10));
    }

    private static PageChannel channelOver(Connection connection) {
        return new PageChannel(
                0, connection.source(), new UUID(1, 2), PageSize.KIB_4, Compression.NONE, SystemNanoClock.INSTANCE);
    }

    private static int submitAll(PageChannel channel, RamBlock block) {
        int packets = 0;
        for (WorkPacket packet = channel.takeFree(); packet != null; packet = channel.takeFree()) {
            packet.begin(block);
            packet.add(block, block.firstPage(), block.endPage());
            channel.submit(packet);
            packets++;
        }
        return packets;
    }
}
