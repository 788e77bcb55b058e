package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStatus;

/** Channels under one bandwidth limit: each gets its share, and all of them together no more than the limit. */
class ChannelSharesTest {
    private static final long BLOCK_BYTES = 8L << 20;

    /** A window's worth fits into the packets of two channels, so that a busy machine makes no difference. */
    private static final long BYTES_PER_SECOND = 30_000_000;

    private static final long WINDOW_NANOS = 100_000_000;

    /** Two packets, of some 1500 pages and more for each channel. */
    private static final long SHARE_ERROR_PAGES_MAX = 256;

    private static final long SEED = new SplittableRandom().nextLong();

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void sharesAreEqualAndTheirSumObeysTheLimit(int count) throws Exception {
        List<Connection> channels = new ArrayList<>();
        try (TestGuest guest = new TestGuest(PageSize.KIB_4, BLOCK_BYTES, SEED);
                GuestMemory memory = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES);
                Connection main = Connection.tcp()) {
            for (int i = 0; i < count; i++) {
                channels.add(Connection.tcp());
            }
            guest.requestPause(); // so that one pass sends all there is
            FutureTask<MigrationResult> received = new FutureTask<>(() -> MigrationTarget.into(memory, List.of())
                    .receiveKeeping(
                            main.destination(),
                            channels.stream().map(Connection::destination).toList()));
            Thread.ofPlatform().daemon().start(received);
            StreamRamSink sink = StreamRamSink.builder(guest.memory, SystemNanoClock.INSTANCE)
                    .uuid(new UUID(1, 2))
                    .channels(channels.stream().map(Connection::source).toList(), Compression.NONE)
                    .toSocket(main.source());
            Attempt attempt = new Attempt(guest, sink, MigrationParameters.of(BYTES_PER_SECOND, 0));
            MigrationOutcome outcome = attempt.run();

            assertThat(outcome.status()).as("%s, seed %d", outcome, SEED).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(received.get(60, TimeUnit.SECONDS).isCommitted()).isTrue();
            assertSharesAreEqual(sink.channels());
            long allowedBytes = BYTES_PER_SECOND
                    * (attempt.agent.stats().elapsedNanos() + WINDOW_NANOS)
                    / TimeUnit.SECONDS.toNanos(1);
            assertThat(sink.transferredBytes()).isLessThanOrEqualTo(allowedBytes);
        } finally {
            for (Connection channel : channels) {
                channel.close();
            }
        }
    }

    /** In pages: which of them are zero is chance. */
    private static void assertSharesAreEqual(List<ChannelStatistics> channels) {
        long least = channels.stream().mapToLong(ChannelSharesTest::pages).min().orElseThrow();
        long most = channels.stream().mapToLong(ChannelSharesTest::pages).max().orElseThrow();
        assertThat(most - least).as("%s", channels).isLessThanOrEqualTo(SHARE_ERROR_PAGES_MAX);
    }

    private static long pages(ChannelStatistics channel) {
        return channel.normalPages() + channel.zeroPages();
    }
}
