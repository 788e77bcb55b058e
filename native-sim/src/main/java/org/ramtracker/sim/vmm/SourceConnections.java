package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ramtracker.live.MigrationTarget;
import org.ramtracker.stream.MultifdInitialDescriptor;

/**
 * The connections of one source: the main one, then its page channels.
 *
 * <pre>
 *   source       connects main, channel 0 ... channel N-1 | begins to send on all of them
 *   destination  accepts them                             | hears the main connection: all have come
 * </pre>
 *
 * <p>A source opens all of its connections before it sends anything on the main one. So once that speaks, channels that have
 * not come will not come, and those that wait beyond the number that is awaited are too many; the source is told.
 *
 * @param main the main connection
 * @param channels the page channels, in the order in which they came
 */
record SourceConnections(SocketChannel main, List<SocketChannel> channels) implements AutoCloseable {
    /** For a source that connects and then says nothing. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** For connections that were opened before and arrive later than what the main one says. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** What helps against too few channels and too many, at either side. */
    static final String REMEDY = "give both sides the same --channels, VMs the same multifd-channels";

    /**
     * Waits for a source.
     *
     * @param listener where; stays open
     * @param count page channels that are awaited
     * @return all of its connections
     * @throws IOException if it opens fewer or more; it was told so
     */
    static SourceConnections accept(Listener listener, int count) throws IOException {
        SocketChannel main = listener.accept();
        return new SourceConnections(main, acceptChannels(listener, main, count));
    }

    /**
     * Waits for the page channels of a source that is there already.
     *
     * @param listener where; stays open
     * @param main the main connection; closed if there are fewer or more channels
     * @param count page channels that are awaited
     * @return as many channels
     * @throws IOException if it opens fewer or more; it was told so
     */
    static List<SocketChannel> acceptChannels(Listener listener, SocketChannel main, int count) throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        try {
            while (channels.size() < count) {
                channels.add(acceptChannel(listener, main, channels.size(), count));
            }
            refuseSurplus(listener, main, count);
            return channels;
        } catch (IOException e) {
            refuse(main, channels, e);
            throw e;
        }
    }

    private static SocketChannel acceptChannel(Listener listener, SocketChannel main, int present, int count)
            throws IOException {
        SocketChannel channel = listener.accept(main, PATIENCE);
        if (channel == null) {
            channel = listener.accept(GRACE);
        }
        if (channel == null) {
            throw new IOException(
                    "the source opens %d of the %d page channels expected here; %s".formatted(present, count, REMEDY));
        }
        return channel;
    }

    /** Somebody else who connects here is not listened to, and no reason to fail. */
    private static void refuseSurplus(Listener listener, SocketChannel main, int count) throws IOException {
        for (SocketChannel more = listener.accept(main, PATIENCE);
                more != null;
                more = listener.accept(main, PATIENCE)) {
            try (SocketChannel surplus = more) {
                if (isPageChannel(surplus)) {
                    throw new IOException("the source opens more page channels than the %d expected here; %s"
                            .formatted(count, REMEDY));
                }
            }
        }
    }

    private static boolean isPageChannel(SocketChannel connection) {
        ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES);
        try (Selector selector = Selector.open()) {
            connection.configureBlocking(false);
            SelectionKey ignored = connection.register(selector, SelectionKey.OP_READ);
            return selector.select(GRACE.toMillis()) > 0
                    && connection.read(magic) == magic.capacity()
                    && magic.getInt(0) == MultifdInitialDescriptor.MAGIC;
        } catch (IOException e) { // it is gone again
            return false;
        }
    }

    private static void refuse(SocketChannel main, List<SocketChannel> channels, IOException why) {
        try {
            MigrationTarget.refuse(main, Failures.reason(why));
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        Closing.quietly(main);
        channels.forEach(Closing::quietly);
    }

    @Override
    public void close() {
        Closing.quietly(main);
        channels.forEach(Closing::quietly);
    }
}
