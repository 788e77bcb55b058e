package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/**
 * The same pages twice, the older version on a channel whose bytes are held up, the newer one on a channel that is quick. The
 * new version has to stay, whichever way the test is bent: that is what the SYNC between two passes is for. Without it, which
 * the test brings about by not saying that a pass begins, the old version must be seen to win, else this test could not fail.
 */
class ChannelOrderTest {
    private static final long PACKET_PAGES = 128;
    private static final long PAGE_BYTES = 4096;
    private static final byte OLD = 1;
    private static final byte NEW = 2;
    private static final int INITIAL_AND_SYNC_BYTES = 64 + 1344;
    private static final long HELD_UP_MILLIS = 50;

    private final CountDownLatch release = new CountDownLatch(1);

    private static GuestMemory memory() throws IOException {
        return GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, PACKET_PAGES * PAGE_BYTES, new Backing.Anonymous())
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void newerVersionStaysOnlyBecauseOfTheSyncBetweenPasses(boolean passesAreSaid) throws Exception {
        try (GuestMemory source = memory();
                GuestMemory destination = memory();
                Connection main = Connection.tcp();
                Connection slow = Connection.tcp();
                Connection beyondSlow = Connection.tcp();
                Connection quick = Connection.tcp()) {
            Thread.ofPlatform().daemon().start(() -> holdUp(slow.destination(), beyondSlow.source()));
            FutureTask<MigrationResult> received = new FutureTask<>(() -> MigrationTarget.into(destination, List.of())
                    .receiveKeeping(main.destination(), List.of(beyondSlow.destination(), quick.destination())));
            Thread.ofPlatform().daemon().start(received);
            StreamRamSink sink = StreamRamSink.builder(source, SystemNanoClock.INSTANCE)
                    .uuid(new UUID(1, 2))
                    .channels(List.of(slow.source(), quick.source()), Compression.NONE)
                    .toSocket(main.source());
            sendBothVersions(sink, source, destination, passesAreSaid);
            release.countDown();
            poll(sink::finish);
            poll(sink::commit);

            assertThat(received.get(60, TimeUnit.SECONDS).isCommitted()).isTrue();
            assertThat(firstByte(destination)).isEqualTo(passesAreSaid ? NEW : OLD);
        }
    }

    private static void sendBothVersions(
            StreamRamSink sink, GuestMemory source, GuestMemory destination, boolean passesAreSaid) throws Exception {
        RamBlock block = source.blocks().getFirst();
        poll(sink::begin);
        block.segment().fill(OLD);
        offer(sink, block);
        Awaitility.await().until(() -> sink.channels().getFirst().normalPages() == PACKET_PAGES);
        block.segment().fill(NEW);
        if (passesAreSaid) {
            sink.passBegins(2);
        }
        offer(sink, block);
        Awaitility.await().until(() -> sink.channels().get(1).normalPages() == PACKET_PAGES);
        if (passesAreSaid) {
            TimeUnit.MILLISECONDS.sleep(HELD_UP_MILLIS); // long enough to load what must not be loaded yet, mostly
            assertThat(firstByte(destination)).isZero();
        } else {
            Awaitility.await().until(() -> firstByte(destination) == NEW);
        }
    }

    /** A packet full of pages, which goes to the next channel. */
    private static void offer(StreamRamSink sink, RamBlock block) throws IOException {
        long taken = 0;
        while (taken < PACKET_PAGES) {
            taken += sink.offer(block, taken, PACKET_PAGES - taken);
        }
    }

    private static byte firstByte(GuestMemory memory) {
        return memory.blocks().getFirst().segment().get(ValueLayout.JAVA_BYTE, 0);
    }

    /** What comes before the first page goes through, all else when it is released. */
    private void holdUp(SocketChannel from, SocketChannel to) {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        try {
            pass(from, to, bytes.limit(INITIAL_AND_SYNC_BYTES));
            while (bytes.hasRemaining()) {
                pass(from, to, bytes);
            }
            release.await();
            while (from.read(bytes.clear()) >= 0) {
                write(to, bytes.flip());
            }
        } catch (IOException | InterruptedException endOfTheTest) {
            // one of the ends was closed
        }
    }

    private static void pass(SocketChannel from, SocketChannel to, ByteBuffer bytes) throws IOException {
        int begin = bytes.position();
        from.read(bytes);
        write(to, bytes.duplicate().flip().position(begin));
    }

    private static void write(SocketChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** Something that is polled. */
    private interface Polled {
        boolean isDone() throws IOException;
    }

    private static void poll(Polled polled) throws IOException {
        while (!polled.isDone()) {
            Thread.onSpinWait();
        }
    }
}
