package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.stream.ChannelCompression;

/** Pages that travel on channels make the destination equal to the source. */
class ChannelMigrationTest {
    private ChannelWorld world;
    private TestGuest guest;
    private GuestMemory memory;

    @BeforeEach
    void openWorld() throws IOException {
        world = new ChannelWorld();
        guest = world.guest;
        memory = world.memory;
    }

    @AfterEach
    void closeWorld() throws IOException {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({"1, NONE, 0, true", "2, NONE, 0, false", "4, NONE, 0, true", "2, ZLIB, 1, true", "2, ZSTD, 1, false"})
    void destinationEqualsThePausedSource(int count, ChannelCompression method, int level, boolean tcp)
            throws Exception {
        world.connect(count, tcp);
        FutureTask<MigrationResult> received = world.receive();
        StreamRamSink sink = world.sink(new Compression(method, level));
        MigrationOutcome outcome = new Attempt(guest, sink).run();

        assertThat(outcome.status())
                .as("%s, seed %d", outcome, ChannelWorld.SEED)
                .isEqualTo(MigrationStatus.COMPLETED);
        MigrationResult result = received.get(60, TimeUnit.SECONDS);
        assertThat(result.isCommitted()).isTrue();
        guest.assertEquals(memory);
        assertThat(result.statistics().normalPages()).isEqualTo(sink.normalPages());
        assertThat(result.statistics().duplicatePages()).isEqualTo(sink.duplicatePages());
        assertThat(result.statistics().transferredBytes()).isEqualTo(sink.transferredBytes());
        assertThat(sink.channels()).hasSize(count).allMatch(channel -> channel.transferredBytes() > 64);
    }

    /** Everything again in each pass, while the guest writes: what the last pass sends must be what stays. */
    @ParameterizedTest
    @EnumSource(ChannelCompression.class)
    void pageThatIsSentInEveryPassArrivesInOrder(ChannelCompression method) throws Exception {
        world.connect(3, true);
        FutureTask<MigrationResult> received = world.receive();
        StreamRamSink sink = world.sink(new Compression(method, method == ChannelCompression.NONE ? 0 : 1));
        poll(sink::begin);
        for (int pass = 1; pass <= 6; pass++) {
            sink.passBegins(pass);
            if (pass == 6) {
                guest.requestPause();
                poll(guest::isDrained);
            }
            for (RamBlock block : guest.memory.blocks()) {
                sendAll(sink, block);
            }
            sink.flush();
        }
        poll(sink::finish);
        poll(sink::commit);
        received.get(60, TimeUnit.SECONDS);
        guest.assertEquals(memory);
        assertThat(sink.normalPages() + sink.duplicatePages()).isEqualTo(6 * guest.memory.totalBytes() / 4096);
    }

    private static void sendAll(StreamRamSink sink, RamBlock block) throws IOException {
        long page = block.firstPage();
        while (page < block.endPage()) {
            page += sink.offer(block, page, Math.min(200, block.endPage() - page));
        }
    }

    /** Something that is polled. */
    private interface Polled {
        boolean isDone() throws IOException;
    }

    private static void poll(Polled polled) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!polled.isDone()) {
            assertThat(System.nanoTime()).as("still polling").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
