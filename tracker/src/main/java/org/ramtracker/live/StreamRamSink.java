package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.RamSink;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.scan.PageClassifier;
import org.ramtracker.stream.CommandDescriptor;
import org.ramtracker.stream.RamStreamWriter;
import org.ramtracker.stream.SectionDescriptor;
import org.ramtracker.stream.StreamConfiguration;
import org.ramtracker.stream.VmDescription;
import org.ramtracker.stream.VmDescriptionDescriptor;

/**
 * The engine's sink in the live world: QEMU's stream on a connection, in a file or in a pipe. One sink serves one attempt.
 *
 * <pre>
 *   guest memory --classify, copy--> staging buffer --non-blocking write--> socket | file | pipe
 * </pre>
 *
 * <p><b>A page is looked at twice</b>, first by the classifier, then by the copy, while the guest may be writing it. Nothing
 * is lost by that. The dirty bit was taken from the log before either look. A store that either of them misses has not been
 * marked yet when the bit was taken, since writers store first and mark afterwards; its mark comes later, and the page is
 * sent again. A page that was classified as zero and then written, one that was classified as normal and became zero, one
 * that was copied half old and half new: each is marked again. In the last pass the guest is paused and nothing races.
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
 * <p>Threads: one, the agent's. From {@link #begin} until {@link #finish} nothing allocates unless it fails. Waiting: none
 * on sockets and pipes (a channel that cannot be made non-blocking waits as it likes); a write to a file waits for the page
 * cache. The channel belongs to the sink, which closes it when {@link #commit} has answered true, and in {@link #abort}.
 */
public final class StreamRamSink implements RamSink {
    private static final int RAM_SECTION_ID = 1;
    private static final int FIRST_DEVICE_SECTION_ID = 2;

    /** Enough that a write is worth its system call, little enough to stay in a core's cache. */
    private static final int STAGING_BYTES_MIN = 1 << 20;

    /** More than everything but the block list that comes before the first page. */
    private static final int BEGINNING_BYTES_MAX = 1024;

    /** A write per page would cost more than the page; much more than this would be held back from the rate limit. */
    private static final int PUSH_BYTES = 128 << 10;

    private static final long PART_NANOS_MAX = 100_000_000L;

    private enum State {
        NEW,
        OPENING,
        PAGES,
        TRAILER,
        COMMITTING,
        CLOSED
    }

    private final GuestMemory memory;
    private final NanoClock clock;
    private final List<DeviceStateSource> devices;
    private final Outlet outlet;
    private final PageClassifier classifier;
    private final Staging staging;
    private final RamStreamWriter writer;
    private final Script script;
    private State state = State.NEW;
    private boolean partOpen;
    private long partOpenedNanos;
    private long normalPages;
    private long duplicatePages;
    private long scanNanos;

    private StreamRamSink(Builder builder, Outlet outlet) {
        this.memory = builder.memory;
        this.clock = builder.clock;
        this.devices = List.copyOf(builder.devices);
        this.outlet = outlet;
        this.classifier = new PageClassifier(memory.pageSize(), builder.duplicates);
        int stagingBytes = stagingBytes(memory);
        this.staging = new Staging(stagingBytes);
        this.writer = new RamStreamWriter(staging.buffer(), memory.pageSize());
        this.script = new Script(writer, stagingBytes);
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
            open();
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

    private void open() throws IOException {
        try {
            outlet.open();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private void writeBeginning() {
        writer.header(StreamConfiguration.of(Protocol.MACHINE_TYPE, memory.pageSize()));
        if (outlet.hasReturnPath()) {
            writer.command(CommandDescriptor.OPEN_RETURN_PATH, ByteBuffer.allocate(0));
            writer.command(CommandDescriptor.PING, Protocol.intPayload(Protocol.PING_OPEN));
        }
        writer.startRam(RAM_SECTION_ID, memory.blocks());
    }

    @Override
    public long offer(RamBlock block, long firstPage, long pageCount) throws IOException {
        require(State.PAGES);
        if (!hasRoomFor(block) && !push()) {
            return BACK_PRESSURED;
        }
        long startNanos = clock.nanoTime();
        openPart(startNanos);
        long taken = encode(block, firstPage, pageCount);
        scanNanos += clock.nanoTime() - startNanos;
        if (staging.stagedBytes() >= PUSH_BYTES) {
            push();
        }
        return taken;
    }

    /** With room to end the section as well, so that ending it never has to wait. */
    private boolean hasRoomFor(RamBlock block) {
        return writer.remaining()
                >= RamStreamWriter.beginSectionBytes()
                        + writer.normalPageBytes(block)
                        + 2 * RamStreamWriter.endSectionBytes();
    }

    private void openPart(long nowNanos) {
        if (partOpen && nowNanos - partOpenedNanos >= PART_NANOS_MAX) {
            closePart();
        }
        if (!partOpen) {
            writer.beginPart();
            partOpen = true;
            partOpenedNanos = nowNanos;
        }
    }

    private void closePart() {
        if (partOpen) {
            writer.endSection();
            partOpen = false;
        }
    }

    private long encode(RamBlock block, long firstPage, long pageCount) {
        long page = firstPage;
        long endPage = firstPage + pageCount;
        while (page < endPage && hasRoomFor(block)) {
            encodePage(block, block.offsetBytesOf(page));
            page++;
        }
        return page - firstPage;
    }

    private void encodePage(RamBlock block, long offsetBytes) {
        int fill = classifier.classify(block.segment(), offsetBytes);
        if (fill == PageClassifier.NORMAL) {
            writer.normalPage(block, offsetBytes);
            normalPages++;
        } else {
            writer.duplicatePage(block, offsetBytes, fill);
            duplicatePages++;
        }
    }

    @Override
    public boolean flush() throws IOException {
        require(State.PAGES);
        closePart();
        return push();
    }

    /** Writes what is staged and listens to the destination. */
    private boolean push() throws IOException {
        try {
            boolean empty = staging.drainTo(outlet);
            outlet.poll();
            return empty;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private IOException lost(IOException cause) {
        return new IOException(
                "stream to %s, after %d bytes: %s".formatted(outlet.name(), transferredBytes(), Reason.of(cause)),
                cause);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The devices are asked for their state in the first call. A file confirms when it is on the disk and bears its name.
     */
    @Override
    public boolean finish() throws IOException {
        if (state == State.PAGES) {
            closePart();
            scriptTrailer();
            state = State.TRAILER;
        }
        require(State.TRAILER);
        return sendScript(outlet::expectConfirmation) && confirmed();
    }

    /** {@code lastBytesStaged} runs before the last bytes can have arrived, because the answer to them may be quick. */
    private boolean sendScript(Runnable lastBytesStaged) throws IOException {
        boolean staged = script.run();
        while (!staged && push()) {
            staged = script.run();
        }
        if (staged) {
            lastBytesStaged.run();
        }
        return staged && push();
    }

    private boolean confirmed() throws IOException {
        try {
            return outlet.isConfirmed();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private void scriptTrailer() throws IOException {
        script.add(RamStreamWriter.beginSectionBytes(), writer::beginEnd);
        script.add(RamStreamWriter.endSectionBytes(), writer::endSection);
        List<VmDescription.Device> described = new ArrayList<>();
        for (DeviceStateSource device : devices) {
            ByteBuffer body = DeviceSections.save(device);
            described.add(DeviceSections.describe(device, body.remaining()));
            scriptDevice(device, FIRST_DEVICE_SECTION_ID + described.size() - 1, body);
        }
        script.add(1, writer::eof);
        VmDescription description = new VmDescription(memory.pageSize(), described);
        script.add(
                VmDescriptionDescriptor.lengthBytes(description.toJson().length),
                () -> writer.vmDescription(description));
    }

    private void scriptDevice(DeviceStateSource device, int sectionId, ByteBuffer body) {
        script.add(
                RamStreamWriter.deviceSectionBytes(device.idstr(), 0),
                () -> writer.beginDevice(sectionId, device.idstr(), device.instanceId(), device.version()));
        script.addDeviceBytes(body);
        script.add(SectionDescriptor.FOOTER_LENGTH_BYTES, writer::endDevice);
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
        try {
            if (!staging.drainTo(outlet)) {
                return false;
            }
            outlet.close();
        } catch (IOException e) {
            throw lost(e);
        }
        state = State.CLOSED;
        return true;
    }

    private void writeCommit() {
        if (outlet.hasReturnPath()) {
            writer.command(CommandDescriptor.PING, Protocol.intPayload(Protocol.PING_COMMIT));
        }
    }

    @Override
    public void abort() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            outlet.abort();
        }
    }

    @Override
    public long transferredBytes() {
        return staging.drainedBytes();
    }

    @Override
    public long normalPages() {
        return normalPages;
    }

    @Override
    public long duplicatePages() {
        return duplicatePages;
    }

    /** {@inheritDoc} Classifying and copying count, writing does not. */
    @Override
    public long scanNanos() {
        return scanNanos;
    }

    private void require(State expected) {
        if (state != expected) {
            throw new IllegalStateException("the sink is %s, not %s".formatted(state, expected));
        }
    }

    /** Room for two pages, so that one can be encoded while another waits, and for the block list. */
    private static int stagingBytes(GuestMemory memory) {
        int twoPages = 2 * RamStreamWriter.pageBytesMax(memory.pageSize()) + BEGINNING_BYTES_MAX;
        int beginning = RamStreamWriter.startRamBytes(memory.blocks()) + BEGINNING_BYTES_MAX;
        return Math.max(STAGING_BYTES_MIN, Math.max(twoPages, beginning));
    }

    /** Collects what a sink needs. */
    public static final class Builder {
        private final GuestMemory memory;
        private final NanoClock clock;
        private final List<DeviceStateSource> devices = new ArrayList<>();
        private DuplicateBytes duplicates = DuplicateBytes.ZERO;
        private boolean connectionKept;

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
         */
        public StreamRamSink toSocket(SocketChannel channel) {
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
    }
}
