package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.stream.ChannelCompression;
import org.ramtracker.stream.MultifdInitialDescriptor;

/** Pages that travel on channels make the destination equal to the source, and a channel that fails leaves the guest there. */
class ChannelMigrationTest {
    private static final long BLOCK_BYTES = 4L << 20;
    private static final long SEED = new SplittableRandom().nextLong();
    private static final UUID GUEST = new UUID(1, 2);

    private TestGuest guest;
    private GuestMemory memory;
    private Connection main;
    private final List<Connection> channels = new ArrayList<>();

    @BeforeEach
    void bootGuest() throws IOException {
        guest = new TestGuest(PageSize.KIB_4, BLOCK_BYTES, SEED);
        memory = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES);
        main = Connection.tcp();
    }

    @AfterEach
    void closeAll() throws IOException {
        main.close();
        for (Connection channel : channels) {
            channel.close();
        }
        guest.close();
        memory.close();
    }

    private void connect(int count, boolean tcp) throws IOException {
        for (int i = 0; i < count; i++) {
            channels.add(tcp ? Connection.tcp() : Connection.unix());
        }
    }

    private StreamRamSink sink(UUID uuid, Compression compression) {
        return StreamRamSink.builder(guest.memory, SystemNanoClock.INSTANCE)
                .uuid(uuid)
                .channels(channels.stream().map(Connection::source).toList(), compression)
                .toSocket(main.source());
    }

    private FutureTask<MigrationResult> receive() {
        return receive(channels.stream().map(Connection::destination).toList());
    }

    private FutureTask<MigrationResult> receive(List<SocketChannel> from) {
        FutureTask<MigrationResult> received = new FutureTask<>(() -> {
            try (SocketChannel connection = main.destination()) {
                return MigrationTarget.into(memory, List.of()).receiveKeeping(connection, from);
            }
        });
        Thread.ofPlatform().daemon().start(received);
        return received;
    }

    @ParameterizedTest
    @CsvSource({"1, NONE, 0, true", "2, NONE, 0, false", "4, NONE, 0, true", "2, ZLIB, 1, true", "2, ZSTD, 1, false"})
    void destinationEqualsThePausedSource(int count, ChannelCompression method, int level, boolean tcp)
            throws Exception {
        connect(count, tcp);
        FutureTask<MigrationResult> received = receive();
        StreamRamSink sink = sink(GUEST, new Compression(method, level));
        MigrationOutcome outcome = new Attempt(guest, sink).run();

        assertThat(outcome.status()).as("%s, seed %d", outcome, SEED).isEqualTo(MigrationStatus.COMPLETED);
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
        connect(3, true);
        FutureTask<MigrationResult> received = receive();
        StreamRamSink sink = sink(GUEST, new Compression(method, method == ChannelCompression.NONE ? 0 : 1));
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

    /** What the destination, or something in between, does to a channel. */
    enum Fault {
        CLOSED,
        GARBAGE,
        WRONG_UUID,
        WRONG_NUMBER,
        MISSING
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void channelThatFailsLeavesTheGuestAtTheSource(Fault fault) throws Exception {
        connect(2, true);
        List<SocketChannel> from =
                new ArrayList<>(channels.stream().map(Connection::destination).toList());
        try (Connection other = Connection.tcp()) {
            spoil(fault, from, other);
            FutureTask<MigrationResult> received = receive(from);
            MigrationOutcome outcome = new Attempt(guest, sink(GUEST, Compression.NONE)).run();

            assertThat(outcome.status()).as("%s", outcome).isEqualTo(MigrationStatus.FAILED);
            assertThat(outcome.guestAt()).isEqualTo(MigrationOutcome.GuestAt.SOURCE);
            assertThat(outcome.warningOrReason().orElseThrow())
                    .doesNotContain("\n")
                    .containsPattern(expected(fault));
            assertThat(guest.isPauseRequested()).isFalse();
            assertThat(failure(received).getMessage()).doesNotContain("\n").containsPattern(expected(fault));
        }
        assertNextAttemptSucceeds();
    }

    private static void spoil(Fault fault, List<SocketChannel> from, Connection other) throws IOException {
        switch (fault) {
            case CLOSED -> from.get(1).shutdownInput();
            case MISSING -> from.clear();
            case GARBAGE -> say(other, ByteBuffer.allocate(2000).putInt(4, 0x51455648));
            case WRONG_UUID -> say(other, initial(new UUID(3, 4), 1));
            case WRONG_NUMBER -> {
                say(other, initial(GUEST, 2));
                say(other, sync());
            }
        }
        if (fault != Fault.CLOSED && fault != Fault.MISSING) {
            from.set(1, other.destination());
        }
    }

    private static void say(Connection other, ByteBuffer bytes) throws IOException {
        other.source().write(bytes.rewind());
    }

    private static ByteBuffer initial(UUID uuid, int id) {
        ByteBuffer packet = ByteBuffer.allocate(MultifdInitialDescriptor.LENGTH_BYTES);
        MultifdInitialDescriptor.put(packet, uuid, id);
        return packet;
    }

    private static ByteBuffer sync() {
        return ByteBuffer.allocate(1344).putInt(0, 0x11223344).putInt(4, 1).putInt(8, 1);
    }

    private static String expected(Fault fault) {
        return switch (fault) {
            case CLOSED -> "channel|truncated";
            case MISSING -> "the source sends pages on channels of their own, but none are awaited here";
            case GARBAGE -> "not a page channel: begins with 0x00000000";
            case WRONG_UUID -> "channel 1 from .* is one of guest 00000000-0000-0003-0000-000000000004";
            case WRONG_NUMBER -> "there is a channel 2 among 2";
        };
    }

    private static IOException failure(FutureTask<?> task) throws Exception {
        try {
            throw new AssertionError("did not fail: " + task.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return (IOException) e.getCause();
        }
    }

    private void assertNextAttemptSucceeds() throws Exception {
        closeConnections();
        main = Connection.tcp();
        connect(2, true);
        FutureTask<MigrationResult> received = receive();
        MigrationOutcome outcome = new Attempt(guest, sink(GUEST, Compression.NONE)).run();
        assertThat(outcome.status()).as("%s", outcome).isEqualTo(MigrationStatus.COMPLETED);
        received.get(60, TimeUnit.SECONDS);
        guest.assertEquals(memory);
    }

    private void closeConnections() throws IOException {
        main.close();
        for (Connection channel : channels) {
            channel.close();
        }
        channels.clear();
    }

    @Test
    void stalledChannelCanBeCancelled() throws Exception {
        connect(2, true);
        FutureTask<MigrationResult> received = receive(List.of(
                channels.get(0).destination(), Connection.tcp().destination())); // the second one never says anything
        Attempt attempt = new Attempt(guest, sink(GUEST, Compression.NONE));
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
        while (System.nanoTime() < until) {
            attempt.slice();
        }
        assertThat(attempt.agent.outcome()).isEmpty();
        attempt.agent.control().cancel();
        MigrationOutcome outcome = attempt.run();
        assertThat(outcome.status()).isEqualTo(MigrationStatus.CANCELLED);
        assertThat(guest.isPauseRequested()).isFalse();
        main.source().close();
        channels.get(0).source().close();
        channels.get(0).destination().close();
        received.cancel(true);
        assertNextAttemptSucceeds();
    }
}
