package org.ramtracker.live;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.stream.CommandDescriptor;
import org.ramtracker.stream.RamStreamReader;
import org.ramtracker.stream.StreamCommand;

/**
 * The receiving side of a migration: one blocking call that loads a guest, confirms, and waits until the source has given the
 * guest up.
 *
 * <pre>
 *   load       header, configuration, commands, RAM, devices, description
 *   confirm    SHUT 0                                              (connections only)
 *   await      PING 2, the commit; without it the guest must not run here
 * </pre>
 *
 * <p>The stream is not trusted: whatever it says, the memory stays within the limit, and an error is one line that says what
 * was wrong at which byte offset, in which section, block and page. The source is told the same line.
 *
 * <p>Threads: immutable; each call works on the calling thread and blocks it. To give up early, close the channel from another
 * thread, and page channels as well. Devices and given memory serve one call at a time.
 */
public final class MigrationTarget {
    private final MemorySource memorySource;
    private final List<DeviceStateTarget> devices;

    private MigrationTarget(MemorySource memorySource, List<DeviceStateTarget> devices) {
        this.memorySource = memorySource;
        this.devices = List.copyOf(devices);
    }

    /**
     * A target that loads into memory that is there already. The stream must have the same page size, and the same blocks with
     * the same lengths.
     *
     * @param memory the memory; it stays the caller's, and holds a useless mixture after a failure
     * @param devices all devices of the guest; each must occur in the stream, and no other
     * @return the target
     */
    public static MigrationTarget into(GuestMemory memory, List<DeviceStateTarget> devices) {
        return new MigrationTarget(new MemorySource.Given(memory), devices);
    }

    /**
     * A target that makes memory when it knows the block list.
     *
     * @param factory makes the memory
     * @param totalBytesMax the most RAM that a stream may ask for; more is refused before anything is mapped
     * @param devices all devices of the guest; each must occur in the stream, and no other
     * @return the target
     */
    public static MigrationTarget creating(MemoryFactory factory, long totalBytesMax, List<DeviceStateTarget> devices) {
        return new MigrationTarget(new MemorySource.Created(factory, totalBytesMax), devices);
    }

    /**
     * Receives a guest over a connection.
     *
     * @param connection from the source, TCP or unix; made blocking, and closed when this returns or throws
     * @return the guest, and whether it may run here
     * @throws IOException if it cannot be loaded. The source has then not given the guest up; it was told the reason if it
     *     still listens, and memory that was made for it is released
     */
    public MigrationResult receive(SocketChannel connection) throws IOException {
        try (connection) {
            return receiveKeeping(connection);
        }
    }

    /**
     * Receives a guest over a connection like {@link #receive(SocketChannel)}, but leaves the connection open, for what both
     * ends have to say to each other afterwards.
     *
     * @param connection from the source, TCP or unix; made blocking, stays the caller's to close
     * @return the guest, and whether it may run here
     * @throws IOException if it cannot be loaded, as in {@link #receive(SocketChannel)}
     */
    public MigrationResult receiveKeeping(SocketChannel connection) throws IOException {
        return receiveKeeping(connection, List.of());
    }

    /**
     * Receives a guest over a connection like {@link #receiveKeeping(SocketChannel)}, most of whose pages come on channels of
     * their own, with threads of their own.
     *
     * @param connection the main connection
     * @param channels the page channels, in any order, as many as the source has; made blocking, and closed when this returns or
     *     throws
     * @return the guest, and whether it may run here
     * @throws IOException if it cannot be loaded, as in {@link #receive(SocketChannel)}
     */
    public MigrationResult receiveKeeping(SocketChannel connection, List<SocketChannel> channels) throws IOException {
        try (IncomingChannels incoming = new IncomingChannels(channels, () -> endInput(connection))) {
            connection.configureBlocking(true);
            Sockets.sendAtOnce(connection);
            return receive(connection, Sockets.remoteName(connection), connection, incoming);
        }
    }

    /** The other direction stays open, for the reason. */
    private static void endInput(SocketChannel connection) {
        Closing.closeFailed(connection::shutdownInput);
    }

    /**
     * Tells a source that its guest cannot be received, before anything was read.
     *
     * @param connection the main connection, which stays open
     * @param why one line
     * @throws IOException if it cannot be told
     */
    public static void refuse(SocketChannel connection, String why) throws IOException {
        Replies replies = new Replies(connection);
        replies.open();
        replies.shutFailed(why);
    }

    /**
     * Receives a guest from a file or a pipe: nobody is there to be told, and none who could run the guest as well.
     *
     * @param stream the stream, in blocking mode; it stays open
     * @param name what errors call it
     * @return the guest
     * @throws IOException if it cannot be loaded; memory that was made for it is released
     */
    public MigrationResult receive(ReadableByteChannel stream, String name) throws IOException {
        return receive(stream, name, null, IncomingChannels.NONE);
    }

    MigrationResult receive(ReadableByteChannel stream, String name, @Nullable WritableByteChannel returnPath)
            throws IOException {
        return receive(stream, name, returnPath, IncomingChannels.NONE);
    }

    private MigrationResult receive(
            ReadableByteChannel stream,
            String name,
            @Nullable WritableByteChannel returnPath,
            IncomingChannels channels)
            throws IOException {
        Replies replies = new Replies(returnPath);
        IncomingGuest guest = new IncomingGuest(memorySource, devices, replies, channels);
        RamStreamReader reader = new RamStreamReader(stream, name, guest);
        GuestMemory memory = load(reader, guest, replies, channels);
        String whyNotCommitted = replies.isOpen() ? confirm(reader, name, replies) : null;
        return new MigrationResult(memory, whyNotCommitted, guest.statistics(reader.offsetBytes()));
    }

    private static GuestMemory load(
            RamStreamReader reader, IncomingGuest guest, Replies replies, IncomingChannels channels)
            throws IOException {
        try {
            read(reader, channels);
            guest.endArrival();
            return guest.memory().orElseThrow();
        } catch (IOException | RuntimeException | Error e) {
            tellSource(replies, e);
            channels.close();
            guest.endArrival();
            guest.release();
            throw e;
        }
    }

    /** Channels have no pages any more once the main stream is over: it passed their last SYNC. */
    private static void read(RamStreamReader reader, IncomingChannels channels) throws IOException {
        try {
            reader.read();
            channels.close();
        } catch (IOException e) {
            IOException first = channels.failure();
            if (first == null || first.equals(e)) {
                throw e;
            }
            first.addSuppressed(e);
            throw first;
        }
    }

    private static void tellSource(Replies replies, Throwable failure) {
        try {
            replies.shutFailed(Reason.of(failure));
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Confirms and waits for the commit. A write that fails may have reached the source all the same, which may then give the
     * guest up: so from the confirmation on, no failure releases the memory.
     */
    private static @Nullable String confirm(RamStreamReader reader, String name, Replies replies) {
        String end = "closed the connection";
        try {
            replies.shutLoaded();
            for (StreamCommand command = reader.readCommand(); command != null; command = reader.readCommand()) {
                if (isCommit(command)) {
                    return null;
                }
            }
        } catch (IOException e) {
            end = "was lost (" + Reason.of(e) + ")";
        }
        return "the source %s %s before it gave the guest up: the guest is not started here, because it may be running there"
                .formatted(name, end);
    }

    private static boolean isCommit(StreamCommand command) throws IOException {
        return command.code() == CommandDescriptor.PING && IncomingGuest.pingValue(command) == Protocol.PING_COMMIT;
    }
}
