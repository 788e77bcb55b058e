package org.ramtracker.example;

// docs:begin channels
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.agrona.concurrent.SystemNanoClock;
import org.ramtracker.live.ChannelStatistics;
import org.ramtracker.live.Compression;
import org.ramtracker.live.MigrationResult;
import org.ramtracker.live.MigrationTarget;
import org.ramtracker.live.StreamRamSink;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.stream.ChannelCompression;

/** Pages on connections of their own. Both sides are told how many there are: the stream does not say. */
final class ChannelsExample {
    private ChannelsExample() {}

    /** Connects the main stream first, then the channels. The sink goes to a PrecopyAgent like any other. */
    static StreamRamSink connect(SocketAddress destination, int channels, GuestMemory memory, UUID guest)
            throws IOException {
        List<SocketChannel> connections = new ArrayList<>();
        try {
            while (connections.size() < 1 + channels) {
                connections.add(SocketChannel.open(destination));
            }
        } catch (IOException e) {
            close(connections);
            throw e;
        }
        return StreamRamSink.builder(memory, SystemNanoClock.INSTANCE)
                .uuid(guest)
                .channels(connections.subList(1, 1 + channels), new Compression(ChannelCompression.ZSTD, 1))
                .toSocket(connections.getFirst());
    }

    /** Every connection is closed when this returns or throws. */
    static MigrationResult receive(ServerSocketChannel server, int channels, GuestMemory memory) throws IOException {
        List<SocketChannel> connections = new ArrayList<>();
        try {
            while (connections.size() < 1 + channels) {
                connections.add(server.accept());
            }
            MigrationTarget target = MigrationTarget.into(memory, List.of());
            return target.receiveKeeping(connections.getFirst(), connections.subList(1, 1 + channels));
        } finally {
            close(connections);
        }
    }

    private static void close(List<SocketChannel> connections) throws IOException {
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }

    /** What compressing was worth, over all channels. */
    static String saved(StreamRamSink sink) {
        long savedBytes = sink.channels().stream()
                .mapToLong(ChannelStatistics::savedBytes)
                .sum();
        long costNanos =
                sink.channels().stream().mapToLong(ChannelStatistics::costNanos).sum();
        return "%d bytes less on the wire for %d ms of compressing".formatted(savedBytes, costNanos / 1_000_000);
    }
}
// docs:end channels
