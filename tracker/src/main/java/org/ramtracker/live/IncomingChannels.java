package org.ramtracker.live;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.stream.MultifdHandler;
import org.ramtracker.stream.RefusedException;

/**
 * The page channels of an arriving guest, in step with the main stream.
 *
 * <pre>
 *   main stream  ... 0x200 |waits|            |reads on ...
 *   channel 0    ... pages SYNC  |            |reads on ...
 *   channel 1    ... pages ......... SYNC     |reads on ...
 * </pre>
 *
 * <p>Threads: those of the channels read pages; the methods belong to the one that reads the main stream.
 */
final class IncomingChannels implements AutoCloseable {
    /** For streams that have none. */
    static final IncomingChannels NONE = new IncomingChannels(List.of(), () -> {});

    private final List<SocketChannel> sockets;
    private final Runnable wakeMain;
    private final List<IncomingChannel> channels = new ArrayList<>();

    /**
     * Channels that are not read yet.
     *
     * @param sockets connected, in any order
     * @param wakeMain ends a read of the main stream, which would go on waiting when a channel has failed
     */
    IncomingChannels(List<SocketChannel> sockets, Runnable wakeMain) {
        this.sockets = List.copyOf(sockets);
        this.wakeMain = wakeMain;
    }

    /** The main stream has come to a synchronisation point: returns when each channel has, and lets all of them go on. */
    void synchronise(UUID uuid, PageSize pageSize, MultifdHandler handler) throws IOException {
        if (sockets.isEmpty()) {
            throw new RefusedException(
                    "the source sends pages on channels of their own, but none are awaited here; give both"
                            + " sides the same number of channels");
        }
        boolean first = channels.isEmpty();
        if (first) {
            start(uuid, pageSize, handler);
        }
        for (IncomingChannel channel : channels) {
            channel.awaitSync();
        }
        if (first) {
            checkNumbers();
        }
        channels.forEach(IncomingChannel::goOn);
    }

    private void start(UUID uuid, PageSize pageSize, MultifdHandler handler) throws IOException {
        for (SocketChannel socket : sockets) {
            IncomingChannel channel = new IncomingChannel(socket, uuid, pageSize, handler, wakeMain);
            channels.add(channel);
            channel.start();
        }
    }

    private void checkNumbers() throws RefusedException {
        boolean[] seen = new boolean[channels.size()];
        for (IncomingChannel channel : channels) {
            if (channel.id() >= seen.length || seen[channel.id()]) {
                throw new RefusedException(
                        "there is a channel %d among %d, or twice; numbers are 0 to %d, each of them once"
                                .formatted(channel.id(), seen.length, seen.length - 1));
            }
            seen[channel.id()] = true;
        }
    }

    /** What the channel that failed first in the list said, null if none failed. */
    @Nullable
    IOException failure() {
        for (IncomingChannel channel : channels) {
            if (channel.failure() != null) {
                return channel.failure();
            }
        }
        return null;
    }

    long normalPages() {
        return channels.stream().mapToLong(IncomingChannel::normalPages).sum();
    }

    long zeroPages() {
        return channels.stream().mapToLong(IncomingChannel::zeroPages).sum();
    }

    long transferredBytes() {
        return channels.stream().mapToLong(IncomingChannel::transferredBytes).sum();
    }

    /** Ends all of them. Afterwards nobody writes guest memory. */
    @Override
    public void close() {
        channels.forEach(IncomingChannel::close);
        sockets.forEach(Closing::closeFailed);
    }
}
