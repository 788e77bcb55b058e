package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationStatus;

/** A busy guest, memory for it elsewhere, and the connections between them. */
final class ChannelWorld implements AutoCloseable {
    static final long BLOCK_BYTES = 4L << 20;
    static final long SEED = new SplittableRandom().nextLong();
    static final UUID GUEST = new UUID(1, 2);

    final TestGuest guest = new TestGuest(PageSize.KIB_4, BLOCK_BYTES, SEED);
    final GuestMemory memory = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES);
    final List<Connection> channels = new ArrayList<>();
    private Connection main = Connection.tcp();

    ChannelWorld() throws IOException {}

    void connect(int count, boolean tcp) throws IOException {
        for (int i = 0; i < count; i++) {
            channels.add(tcp ? Connection.tcp() : Connection.unix());
        }
    }

    StreamRamSink sink(Compression compression) {
        return StreamRamSink.builder(guest.memory, SystemNanoClock.INSTANCE)
                .uuid(GUEST)
                .channels(channels.stream().map(Connection::source).toList(), compression)
                .toSocket(main.source());
    }

    /** The destination's ends of the channels. */
    List<SocketChannel> destinations() {
        return channels.stream().map(Connection::destination).toList();
    }

    FutureTask<MigrationResult> receive() {
        return receive(destinations());
    }

    FutureTask<MigrationResult> receive(List<SocketChannel> from) {
        FutureTask<MigrationResult> received = new FutureTask<>(() -> {
            try (SocketChannel connection = main.destination()) {
                return MigrationTarget.into(memory, List.of()).receiveKeeping(connection, from);
            }
        });
        Thread.ofPlatform().daemon().start(received);
        return received;
    }

    /** On new connections, the guest moves after all. */
    void assertNextAttemptSucceeds() throws Exception {
        closeConnections();
        main = Connection.tcp();
        connect(2, true);
        FutureTask<MigrationResult> received = receive();
        MigrationOutcome outcome = new Attempt(guest, sink(Compression.NONE)).run();
        assertThat(outcome.status()).as("%s", outcome).isEqualTo(MigrationStatus.COMPLETED);
        assertThat(received.get(60, TimeUnit.SECONDS).isCommitted()).isTrue();
        guest.assertEquals(memory);
    }

    private void closeConnections() throws IOException {
        main.close();
        for (Connection channel : channels) {
            channel.close();
        }
        channels.clear();
    }

    @Override
    public void close() throws IOException {
        closeConnections();
        guest.close();
        memory.close();
    }
}
