package org.ramtracker.live;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.stream.MultifdChannelReader;
import org.ramtracker.stream.MultifdHandler;
import org.ramtracker.stream.MultifdInitialDescriptor;
import org.ramtracker.stream.StreamFormatException;

/**
 * A page channel at the destination: a thread that loads its pages up to each SYNC, and goes on when it is told to.
 *
 * <p>Threads: the methods are those of the thread that reads the main stream, but for {@link #wake}. The figures may be read after
 * {@link #close}. What goes wrong on the thread is kept in {@link #failure}, and told to whoever waits for something else.
 */
final class IncomingChannel {
    private final ChannelSocket socket;
    private final String name;
    private final UUID expectedUuid;
    private final MultifdChannelReader reader;
    private final Runnable onFailure;
    private final Semaphore reached = new Semaphore(0);
    private final Semaphore mayGoOn = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable IOException failure;
    private volatile int id = -1;
    private long normalPages;
    private long zeroPages;

    IncomingChannel(
            SocketChannel socket, UUID expectedUuid, PageSize pageSize, MultifdHandler handler, Runnable onFailure) {
        this.socket = new ChannelSocket(socket, pageSize);
        this.name = Sockets.remoteName(socket);
        this.expectedUuid = expectedUuid;
        this.onFailure = onFailure;
        this.reader = new MultifdChannelReader(this.socket, "channel from " + name, pageSize, handler);
        this.thread = Thread.ofPlatform().daemon().name("ramtracker-incoming").unstarted(this::run);
    }

    void start() throws IOException {
        socket.open();
        thread.start();
    }

    /** Waits until the channel has come to its next SYNC, or was woken because this or another one failed. */
    void awaitSync() throws IOException {
        try {
            reached.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for page channels", e);
        }
    }

    /** Ends the wait for a SYNC that may never come, since a channel has failed. From any thread. */
    void wake() {
        reached.release();
    }

    /** Lets the channel read on beyond its SYNC. */
    void goOn() {
        mayGoOn.release();
    }

    /** The number that it has given itself, known after its first SYNC. */
    int id() {
        return id;
    }

    /** Where it comes from. */
    String name() {
        return name;
    }

    @Nullable
    IOException failure() {
        return failure;
    }

    private void run() {
        try {
            greet();
            int code = reader.readPacket();
            while (code != MultifdChannelReader.END) {
                normalPages += reader.normalPages();
                zeroPages += reader.zeroPages();
                if (code == MultifdChannelReader.SYNC) {
                    reached.release();
                    mayGoOn.acquire();
                    if (closed) {
                        return; // what has come behind the SYNC is nobody's any more
                    }
                }
                code = reader.readPacket();
            }
            fail(new IOException("channel %d from %s ended after %d packets, before the migration did"
                    .formatted(id, name, reader.packets())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(new IOException("channel %d from %s: interrupted".formatted(id, name), e));
        } catch (StreamFormatException e) { // says which channel itself
            fail(e);
        } catch (IOException | RuntimeException | Error e) {
            fail(new IOException(
                    "channel %s from %s, after %d bytes: %s"
                            .formatted(id < 0 ? "?" : id, name, reader.offsetBytes(), Reason.of(e)),
                    e));
        }
    }

    private void greet() throws IOException {
        MultifdChannelReader.Greeting greeting = reader.readInitial();
        id = greeting.channelId();
        if (!greeting.uuid().equals(expectedUuid)) {
            throw new IOException("it is one of guest %s, the main connection of %s"
                    .formatted(described(greeting.uuid()), described(expectedUuid)));
        }
    }

    private static String described(UUID uuid) {
        return uuid.equals(MultifdInitialDescriptor.NO_UUID) ? "one without a UUID" : uuid.toString();
    }

    private void fail(IOException why) {
        if (closed) {
            return;
        }
        failure = why;
        onFailure.run();
    }

    /** Ends the connection and the thread, and waits for it: afterwards nobody writes guest memory. */
    void close() {
        closed = true;
        socket.endWaits();
        mayGoOn.release();
        Joining.uninterruptibly(thread);
        socket.close();
        reader.close();
    }

    long normalPages() {
        return normalPages;
    }

    long zeroPages() {
        return zeroPages;
    }

    long transferredBytes() {
        return reader.offsetBytes();
    }
}
