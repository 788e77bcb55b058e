package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.RamSink;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.stream.CommandDescriptor;
import org.ramtracker.stream.MultifdInitialDescriptor;
import org.ramtracker.stream.RamStreamWriter;
import org.ramtracker.stream.StreamConfiguration;
import org.ramtracker.stream.XbzrleEncoder;

/**
 * The engine's sink in the live world: QEMU's stream on a connection, in a file or in a pipe. One sink serves one attempt.
 *
 * <pre>
 *   guest memory --classify, copy--> staging buffer --non-blocking write--> socket | file | pipe
 * </pre>
 *
 * <p><b>A page is looked at twice</b>, first by the classifier, then by the copy, while the guest may be writing it; on channels
 * three times, since its first word is loaded before ({@link PacketLook}). Nothing is lost by that. The dirty bit was taken from
 * the log before any look. A store that one of them misses had not been marked yet when the bit was taken, since writers store
 * first and mark afterwards; its mark comes later, and the page is sent again. A page that was classified as zero and then
 * written, one that was classified as normal and became zero, one that was copied half old and half new: each is marked again.
 * In the last pass the guest is paused and nothing races.
 *
 * <p><b>Channels.</b> On a connection pages may travel on page channels beside it, encoded and written by threads of their own
 * ({@link Builder#channels}); then the bytes are read later than {@link #offer}, which changes nothing in the argument above.
 *
 * <p><b>Sections.</b> A PART is opened by the first page that needs one and closed by {@link #flush}, or when it is 100 ms
 * old, as QEMU does. Everything after the last page is in END and in the device sections.
 *
 * <p><b>Bad news.</b> Whenever bytes are pushed out, the return path is listened to, so that a destination that refuses or
 * dies is noticed while pages still flow. The message of the {@link IOException} says which destination, after how many
 * bytes, and what happened.
 *
 * <p>The wait for the destination's word has no limit of its own: {@link #finish} is polled, and whoever drives the
 * migration cancels it when he has waited long enough.
 *
 * <p>Threads: one, the agent's. Without channels, from {@link #begin} until {@link #finish} nothing allocates unless it fails. Waiting: none
 * on sockets and pipes (a channel that cannot be made non-blocking waits as it likes); a write to a file waits for the page
 * cache. The channel belongs to the sink, which closes it when {@link #commit} has answered true, and in {@link #abort}.
 */
public final class StreamRamSink implements RamSink {
    private static final int RAM_SECTION_ID = 1;

    private enum State {
        NEW,
        OPENING,
        PAGES,
        TRAILER,
        COMMITTING,
        CLOSED
    }

    private final GuestMemory memory;
    private final List<DeviceStateSource> devices;
    private final Optional<UUID> uuid;
    private final MainStream stream;
    private final PagePath pages;
    private State state = State.NEW;

    private StreamRamSink(Builder builder, Outlet outlet) {
        this.memory = builder.memory;
        this.devices = List.copyOf(builder.devices);
        this.uuid = Optional.ofNullable(builder.uuid);
        this.stream = new MainStream(memory, outlet);
        this.pages = builder.pagePath(stream);
    }

    /**
     * Begins a sink.
     *
     * @param memory the guest's memory
     * @param clock measures how long pages are looked at, once for each {@link #offer}
     * @return a builder with the defaults: zero pages only, no devices
     */
    public static Builder builder(GuestMemory memory, NanoClock clock) {
        return new Builder(memory, clock);
    }

    @Override
    public boolean begin() throws IOException {
        if (state == State.NEW) {
            stream.open();
            pages.open();
            writeBeginning();
            state = State.OPENING;
        }
        require(State.OPENING);
        boolean pushed = push();
        if (pushed) {
            state = State.PAGES;
        }
        return pushed;
    }

    private void writeBeginning() {
        RamStreamWriter writer = stream.writer();
        StreamConfiguration plain = StreamConfiguration.of(Protocol.MACHINE_TYPE, memory.pageSize());
        writer.header(new StreamConfiguration(plain.machineType(), plain.targetPageBits(), List.of(), uuid));
        if (stream.outlet().hasReturnPath()) {
            writer.command(CommandDescriptor.OPEN_RETURN_PATH, ByteBuffer.allocate(0));
            writer.command(CommandDescriptor.PING, Protocol.intPayload(Protocol.PING_OPEN));
        }
        writer.beginStartRam(RAM_SECTION_ID, memory.blocks());
        pages.writeIntoStart();
        writer.endSection();
    }

    private boolean push() throws IOException {
        boolean pushed = stream.push();
        pages.poll();
        return pushed;
    }

    @Override
    public void passBegins(long dirtySyncCount) {
        pages.passBegins(dirtySyncCount);
    }

    @Override
    public long offer(RamBlock block, long firstPage, long pageCount) throws IOException {
        require(State.PAGES);
        return pages.offer(block, firstPage, pageCount);
    }

    @Override
    public boolean flush() throws IOException {
        require(State.PAGES);
        return pages.flush();
    }

    /**
     * {@inheritDoc}
     *
     * <p>The devices are asked for their state in the first call. A file confirms when it is on the disk and bears its name.
     */
    @Override
    public boolean finish() throws IOException {
        if (state == State.PAGES) {
            if (!pages.finish()) {
                return false;
            }
            new Trailer(stream).script(pages, memory.pageSize(), devices);
            state = State.TRAILER;
        }
        require(State.TRAILER);
        boolean sent = stream.sendScript(stream.outlet()::expectConfirmation);
        pages.poll();
        return sent && stream.isConfirmed();
    }

    /**
     * {@inheritDoc}
     *
     * <p>The destination's other direction is not listened to any more: it may close as soon as the message has arrived.
     */
    @Override
    public boolean commit() throws IOException {
        if (state == State.TRAILER) {
            writeCommit();
            state = State.COMMITTING;
        }
        require(State.COMMITTING);
        boolean ended = stream.end();
        if (ended) {
            state = State.CLOSED;
            pages.close();
        }
        return ended;
    }

    private void writeCommit() {
        if (stream.outlet().hasReturnPath()) {
            stream.writer().command(CommandDescriptor.PING, Protocol.intPayload(Protocol.PING_COMMIT));
        }
    }

    @Override
    public void abort() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            stream.abort();
            pages.abort();
        }
    }

    @Override
    public boolean isAnswered() {
        return stream.isAnswered();
    }

    @Override
    public long transferredBytes() {
        return stream.drainedBytes() + pages.transferredBytes();
    }

    @Override
    public long committedBytes() {
        return pages.committedBytes();
    }

    /** {@inheritDoc} Pages that wait for a channel count as if none of them were compressed. */
    @Override
    public long inFlightBytes() {
        return pages.inFlightBytes();
    }

    @Override
    public long onItsWayBytes() {
        return pages.onItsWayBytes();
    }

    @Override
    public long normalPages() {
        return pages.normalPages();
    }

    @Override
    public long duplicatePages() {
        return pages.duplicatePages();
    }

    @Override
    public long scanNanos() {
        return pages.scanNanos();
    }

    /**
     * What XBZRLE did.
     *
     * @return empty if it is off, and before {@link #begin}
     */
    public Optional<XbzrleStatistics> xbzrle() {
        return pages.xbzrle();
    }

    /**
     * What each page channel did.
     *
     * @return in the order of their numbers; none without channels
     */
    public List<ChannelStatistics> channels() {
        return pages.channels();
    }

    private void require(State expected) {
        if (state != expected) {
            throw new IllegalStateException("the sink is %s, not %s".formatted(state, expected));
        }
    }

    /** Collects what a sink needs. */
    public static final class Builder {
        private final GuestMemory memory;
        private final NanoClock clock;
        private final List<DeviceStateSource> devices = new ArrayList<>();
        private DuplicateBytes duplicates = DuplicateBytes.ZERO;
        private boolean connectionKept;
        private long cacheBytes;
        private @Nullable UUID uuid;
        private List<SocketChannel> channels = List.of();
        private Compression compression = Compression.NONE;

        private Builder(GuestMemory memory, NanoClock clock) {
            this.memory = memory;
            this.clock = clock;
        }

        /**
         * Chooses which pages travel as one byte.
         *
         * @param duplicates zero pages, which every QEMU loads, or pages of any repeated byte
         * @return this
         */
        public Builder duplicates(DuplicateBytes duplicates) {
            this.duplicates = duplicates;
            return this;
        }

        /**
         * Leaves a connection open once the commit has left, for what both ends have to say to each other afterwards. It is
         * then the caller's to close; after an abort it is closed as ever.
         *
         * @return this
         */
        public Builder keepConnectionAfterCommit() {
            connectionKept = true;
            return this;
        }

        /**
         * Sends pages that were sent before as XBZRLE deltas, while that pays for itself.
         *
         * @param cacheBytes how much of what the destination has may be kept to compare with; rounded down to a power of two of
         *     pages
         * @return this
         * @throws IllegalArgumentException if pages are larger than {@link XbzrleEncoder#PAGE_BYTES_MAX}, or the cache is smaller
         *     than a page
         */
        public Builder xbzrle(long cacheBytes) {
            int pageBytes = memory.pageSize().bytes();
            if (pageBytes > XbzrleEncoder.PAGE_BYTES_MAX || cacheBytes < pageBytes) {
                throw new IllegalArgumentException(
                        "XBZRLE with a cache of %d bytes for pages of %d bytes; pages have at most %d"
                                .formatted(cacheBytes, pageBytes, XbzrleEncoder.PAGE_BYTES_MAX));
            }
            this.cacheBytes = cacheBytes;
            return this;
        }

        /**
         * Names the guest, so that channels of another one are refused.
         *
         * @param guest its UUID
         * @return this
         */
        public Builder uuid(UUID guest) {
            uuid = guest;
            return this;
        }

        /**
         * Sends the pages on channels of their own, beside {@link #toSocket}. They are QEMU's multifd channels of 10.x: only zero
         * pages travel as less than a page, whatever {@link #duplicates} says.
         *
         * @param sockets connected to the same destination after the main connection; the sink owns them
         * @param form how they compress, while that pays for itself
         * @return this
         * @throws IllegalArgumentException if there are more than {@link MultifdInitialDescriptor#CHANNELS_MAX}
         */
        public Builder channels(List<SocketChannel> sockets, Compression form) {
            if (sockets.size() > MultifdInitialDescriptor.CHANNELS_MAX) {
                throw new IllegalArgumentException("%d channels; there are at most %d"
                        .formatted(sockets.size(), MultifdInitialDescriptor.CHANNELS_MAX));
            }
            channels = List.copyOf(sockets);
            compression = form;
            return this;
        }

        /**
         * Adds a device whose state follows the RAM, in the order of the calls.
         *
         * @param device the device
         * @return this
         */
        public Builder device(DeviceStateSource device) {
            devices.add(device);
            return this;
        }

        /**
         * A sink on a connection, whose other direction is the return path.
         *
         * @param channel connected, TCP or unix; the sink makes it non-blocking and owns it
         * @return the sink
         * @throws IllegalArgumentException if XBZRLE is wanted, and channels as well
         */
        public StreamRamSink toSocket(SocketChannel channel) {
            if (!channels.isEmpty() && cacheBytes > 0) {
                throw new IllegalArgumentException("XBZRLE does not go together with channels");
            }
            return new StreamRamSink(this, new SocketOutlet(channel, connectionKept));
        }

        /**
         * A sink into a file. The stream is written beside it under the name {@code PATH.partial-*}, readable by its owner
         * only, and takes the name {@code PATH} when it is complete and on the disk. A file that is there already stays as
         * it was until then, and altogether if the migration fails or is cancelled before that.
         *
         * @param path the file
         * @return the sink, which touches nothing before {@link #begin}
         */
        public StreamRamSink toFile(Path path) {
            return new StreamRamSink(this, new FileOutlet(path));
        }

        /**
         * A sink on a channel in one direction, such as a pipe to another program. Nobody confirms: the destination may run the
         * guest when it has read the end, and {@link #finish} says only that everything has left.
         *
         * @param channel the channel, made non-blocking if it can be; the sink owns it
         * @param name what errors call it
         * @return the sink
         */
        public StreamRamSink toChannel(WritableByteChannel channel, String name) {
            return new StreamRamSink(this, new ChannelOutlet(channel, name));
        }

        StreamRamSink to(Outlet outlet) {
            return new StreamRamSink(this, outlet);
        }

        private PagePath pagePath(MainStream stream) {
            if (!channels.isEmpty()) {
                UUID guest = Objects.requireNonNullElse(uuid, MultifdInitialDescriptor.NO_UUID);
                return new ChannelPages(stream, memory, clock, channels, guest, compression);
            }
            return new MainStreamPages(stream, memory, clock, duplicates, cacheBytes);
        }
    }
}
