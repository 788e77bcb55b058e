package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.ramtracker.live.StreamRamSink;

/**
 * The connections of a source: the main one, and as many page channels to the same destination as are wanted.
 *
 * @param main the main connection
 * @param channels the page channels; none for pages in the one stream
 */
record SinkConnections(SocketChannel main, List<SocketChannel> channels) {
    /**
     * Connects all of them, or none.
     *
     * @throws IOException if nobody listens there, or not for so many
     */
    static SinkConnections to(Endpoint to, int channelCount) throws IOException {
        SocketChannel main = connect(to);
        List<SocketChannel> channels = new ArrayList<>();
        try {
            while (channels.size() < channelCount) {
                channels.add(connect(to));
            }
            return new SinkConnections(main, channels);
        } catch (IOException e) {
            Closing.quietly(main);
            channels.forEach(Closing::quietly);
            throw new IOException(
                    "page channel %d of %d: %s; %s"
                            .formatted(channels.size() + 1, channelCount, Failures.reason(e), SourceConnections.REMEDY),
                    e);
        }
    }

    private static SocketChannel connect(Endpoint to) throws IOException {
        return switch (to) {
            case Endpoint.Tcp tcp -> Connector.connect(tcp);
            case Endpoint.Unix unix -> Connector.connect(unix);
            case Endpoint.File file -> throw new IOException(file + " is a file, which nothing connects to");
        };
    }

    /** A sink on them, which owns them. */
    StreamRamSink sink(StreamRamSink.Builder builder, TransferSpec form) {
        if (!channels.isEmpty()) {
            builder.uuid(UUID.randomUUID()).channels(channels, form.compression());
        }
        return builder.toSocket(main);
    }
}
