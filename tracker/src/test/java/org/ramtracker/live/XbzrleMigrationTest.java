package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** With XBZRLE the destination still becomes the source, from fewer bytes. */
class XbzrleMigrationTest {
    private static final long BLOCK_BYTES = 4L << 20;
    private static final long SEED = new SplittableRandom().nextLong();

    /** A cache smaller than the guest, so that pages are evicted, and one that holds it all. */
    @ParameterizedTest
    @ValueSource(longs = {4 << 20, 64 << 20})
    void destinationEqualsTheSourceThatNeverStoodStill(long cacheBytes) throws Exception {
        try (TestGuest guest = new TestGuest(PageSize.KIB_4, BLOCK_BYTES, SEED);
                Connection connection = Connection.tcp();
                GuestMemory memory = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES)) {
            MigrationTarget target = MigrationTarget.into(memory, List.of());
            FutureTask<MigrationResult> received = new FutureTask<>(() -> target.receive(connection.destination()));
            Thread.ofPlatform().daemon().start(received);
            StreamRamSink sink = StreamRamSink.builder(guest.memory, SystemNanoClock.INSTANCE)
                    .xbzrle(cacheBytes)
                    .toSocket(connection.source());
            sendPasses(guest, sink);
            ReceiveStatistics statistics = received.get(60, TimeUnit.SECONDS).statistics();
            guest.assertEquals(memory);
            XbzrleStatistics xbzrle = sink.xbzrle().orElseThrow();
            assertThat(statistics.normalPages()).as("seed %d", SEED).isEqualTo(sink.normalPages());
            assertThat(statistics.xbzrlePages()).as("%s, seed %d", xbzrle, SEED).isBetween(1L, xbzrle.pages());
            assertThat(xbzrle.cacheBytes()).isEqualTo(cacheBytes);
            assertThat(xbzrle.savedBytes()).isPositive();
        }
    }

    /** Everything in each pass, while the guest writes, and once more when it is paused. */
    private static void sendPasses(TestGuest guest, StreamRamSink sink) throws IOException {
        while (!sink.begin()) {
            Thread.onSpinWait();
        }
        for (int pass = 1; pass <= 4; pass++) {
            sendEverything(guest, sink, pass);
        }
        guest.requestPause();
        while (!guest.isDrained()) {
            Thread.onSpinWait();
        }
        sendEverything(guest, sink, 5);
        while (!sink.finish()) {
            Thread.onSpinWait();
        }
        while (!sink.commit()) {
            Thread.onSpinWait();
        }
    }

    private static void sendEverything(TestGuest guest, StreamRamSink sink, int pass) throws IOException {
        sink.passBegins(pass);
        for (RamBlock block : guest.memory.blocks()) {
            long page = block.firstPage();
            while (page < block.endPage()) {
                page += sink.offer(block, page, Math.min(64, block.endPage() - page));
            }
        }
    }

    @Test
    void pagesThatDidNotChangeAreNotSentAgain() throws Exception {
        try (GuestMemory memory = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES);
                Connection connection = Connection.tcp()) {
            for (RamBlock block : memory.blocks()) {
                block.segment().fill((byte) 7);
            }
            NanoClock slowLink = new NanoClock() {
                private long nanos;

                @Override
                public long nanoTime() {
                    return nanos += 1;
                }
            };
            StreamRamSink sink =
                    StreamRamSink.builder(memory, slowLink).xbzrle(64 << 20).toSocket(connection.source());
            while (!sink.begin()) {
                Thread.onSpinWait();
            }
            RamBlock block = memory.blocks().getFirst();
            sink.passBegins(2);
            sink.offer(block, block.firstPage(), 16);
            assertThat(sink.normalPages()).isEqualTo(16);
            sink.passBegins(3);
            sink.offer(block, block.firstPage(), 16);
            assertThat(sink.normalPages()).isEqualTo(16);
            XbzrleStatistics xbzrle = sink.xbzrle().orElseThrow();
            assertThat(xbzrle.cacheMisses()).isEqualTo(16);
            assertThat(xbzrle.pages()).isEqualTo(16);
            assertThat(xbzrle.bytes()).isZero();
            assertThat(xbzrle.cacheMissRate()).isEqualTo(0.5);
            assertThat(xbzrle.savedBytes()).isEqualTo(16 * (8 + 4096));
            sink.abort();
        }
    }

    @Test
    void sizesThatCannotBeAreRefused() throws Exception {
        try (GuestMemory huge = TestGuest.memory(PageSize.MIB_2, BLOCK_BYTES);
                GuestMemory small = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES)) {
            assertThatThrownBy(() -> StreamRamSink.builder(huge, SystemNanoClock.INSTANCE)
                            .xbzrle(64 << 20))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pages of 2097152 bytes");
            assertThatThrownBy(() -> StreamRamSink.builder(small, SystemNanoClock.INSTANCE)
                            .xbzrle(4095))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
