package org.ramtracker.live;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
            throwFailure();
        }
        if (first) {
            checkNumbers();
        }
        channels.forEach(IncomingChannel::goOn);
    }

    /** The list is complete before the first of them can fail, and is then read by threads of theirs. */
    private void start(UUID uuid, PageSize pageSize, MultifdHandler handler) throws IOException {
        for (SocketChannel socket : sockets) {
            channels.add(new IncomingChannel(socket, uuid, pageSize, handler, this::wakeAll));
        }
        for (IncomingChannel channel : channels) {
            channel.start();
        }
    }

    /** Whatever the thread of the main stream waits for: it may not come any more. */
    private void wakeAll() {
        channels.forEach(IncomingChannel::wake);
        wakeMain.run();
    }

    private void throwFailure() throws IOException {
        IOException failed = failure();
        if (failed != null) {
            throw failed;
        }
    }

    private void checkNumbers() throws RefusedException {
        Map<Integer, IncomingChannel> seen = new HashMap<>();
        for (IncomingChannel channel : channels) {
            if (channel.id() >= channels.size()) {
                throw new RefusedException("channel %d from %s: there are %d channels, whose numbers are 0 to %d"
                        .formatted(channel.id(), channel.name(), channels.size(), channels.size() - 1));
            }
            IncomingChannel same = seen.put(channel.id(), channel);
            if (same != null) {
                throw new RefusedException("channel %d comes twice, from %s and from %s"
                        .formatted(channel.id(), same.name(), channel.name()));
            }
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
