package org.ramtracker.live;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.RamSink;
import org.ramtracker.stream.MultifdPacketDescriptor;
import org.ramtracker.stream.RamRecordDescriptor;

/**
 * Pages on channels beside the main stream: QEMU's multifd, synchronised once a pass.
 *
 * <p><b>Who does what.</b> The agent only notes offsets, a packet of up to 128 pages at a time, and gives it to the channel that
 * was given the least so far, of those that have a packet free. Looking at pages, copying, compressing and writing are the
 * channels', each on its own thread with its own queue.
 *
 * <p><b>Shares.</b> A channel that is slow has no packet free, and the others get its share. Under a bandwidth limit each window
 * begins with a burst, in which some are quicker than others; what they were ahead of the others they are not given later, when
 * all have a packet free, so that shares are equal to within a few packets.
 *
 * <p><b>Why a page that is sent twice arrives in order.</b> Within a pass no page is offered twice. Between two passes each channel
 * gets a SYNC behind all packets of the pass that ends, and the main stream a word 0x200, before any page of the new pass is
 * taken. The destination reads the main stream on, and each channel beyond its SYNC, only when it has come to the word and to
 * the SYNC of every channel; so a page of the new pass is loaded after all of the old one. The destination therefore never has an
 * old version over a new one, whatever channels they took. The last SYNC stands before the devices, with its word in END.
 *
 * <p><b>Failure.</b> A channel that fails fails the migration. The destination may have a reason to give, on the main
 * connection and a little later: for that long the failure is held back.
 *
 * <p>Threads: one, the agent's. Nothing waits. A channel unparks the thread that found no packet free when it has half of its packets
 * again, so that whoever drives the agent need not poll as often as a channel empties its queue.
 */
final class ChannelPages implements PagePath {
    private static final long REASON_NANOS_MAX = 300_000_000L;

    /** So far apart are SYNCs within a pass at least, which make channels wait for each other for a moment. */
    private static final long MILESTONE_BYTES = 4L << 20;

    /** And so far in time: where 4 MiB take a millisecond, channels would do little else than wait for each other. */
    private static final long MILESTONE_NANOS = 10_000_000L;

    private final MainStream stream;
    private final NanoClock clock;
    private final List<PageChannel> channels = new ArrayList<>();
    private final int waitingBytesPerPage;
    private final long syncBytes;
    private @Nullable WorkPacket current;
    private long packetNumber;
    private boolean opened;
    private boolean syncPending;
    private int channelsSynced;
    private long milestoneNanos;
    private long committedBytes;
    private @Nullable IOException failure;
    private long failedNanos;

    ChannelPages(
            MainStream stream,
            GuestMemory memory,
            NanoClock clock,
            List<SocketChannel> sockets,
            UUID uuid,
            Compression compression) {
        this.stream = stream;
        this.clock = clock;
        this.milestoneNanos = clock.nanoTime();
        this.syncBytes = (long) sockets.size() * MultifdPacketDescriptor.headerBytes(memory.pageSize());
        this.waitingBytesPerPage = memory.pageSize().bytes() + Long.BYTES;
        for (SocketChannel socket : sockets) {
            channels.add(new PageChannel(channels.size(), socket, uuid, memory.pageSize(), compression, clock));
        }
    }

    /** The first SYNC belongs to the word in START. */
    @Override
    public void open() throws IOException {
        for (PageChannel channel : channels) {
            channel.start();
        }
        opened = true;
        channelsSynced = 0;
        syncChannels();
    }

    @Override
    public void writeIntoStart() {
        stream.writer().multifdFlush();
    }

    @Override
    public void writeIntoEnd() {
        stream.writer().multifdFlush();
    }

    @Override
    public int sectionBytes() {
        return RamRecordDescriptor.WORD_LENGTH_BYTES;
    }

    @Override
    public void passBegins(long dirtySyncCount) {
        if (opened && !syncPending) {
            syncPending = true;
            channelsSynced = 0;
        }
    }

    @Override
    public long offer(RamBlock block, long firstPage, long pageCount) throws IOException {
        poll();
        if (!synchronise()) {
            return RamSink.BACK_PRESSURED;
        }
        long taken = distribute(block, firstPage, pageCount);
        account();
        return taken;
    }

    private long distribute(RamBlock block, long firstPage, long pageCount) {
        long page = firstPage;
        long endPage = firstPage + pageCount;
        WorkPacket packet = packetFor(block);
        while (page < endPage && packet != null) {
            page = packet.add(block, page, endPage);
            if (packet.isFull()) {
                dispatch();
                packet = packetFor(block);
            }
        }
        return page - firstPage;
    }

    private @Nullable WorkPacket packetFor(RamBlock block) {
        if (current != null && current.block() != block) {
            dispatch();
        }
        if (current == null) {
            current = takeFree();
            if (current != null) {
                current.begin(block);
            }
        }
        return current;
    }

    /** From the channel that was given the least, of those that have one free. */
    private @Nullable WorkPacket takeFree() {
        PageChannel least = null;
        for (int i = 0; i < channels.size(); i++) {
            PageChannel channel = channels.get(i);
            if (channel.hasFree() && (least == null || channel.submittedPages() < least.submittedPages())) {
                least = channel;
            }
        }
        if (least == null) {
            wakeWhenFree();
            return null;
        }
        return least.takeFree();
    }

    private void wakeWhenFree() {
        for (int i = 0; i < channels.size(); i++) {
            channels.get(i).wakeWhenFree();
        }
    }

    private void dispatch() {
        if (current != null) {
            submit(current);
            current = null;
        }
    }

    private void submit(WorkPacket packet) {
        packet.number(packetNumber);
        packetNumber++;
        packet.channel.submit(packet);
    }

    /** Ends the pass before, if a new one has begun: true when it is done. */
    private boolean synchronise() throws IOException {
        if (!syncPending) {
            return true;
        }
        if (!syncChannels() || (!stream.hasRoomFor(sectionBytes()) && !stream.push())) {
            return false;
        }
        stream.openPart(clock.nanoTime());
        stream.writer().multifdFlush();
        stream.closePart();
        if (stream.allMilestonesReached()) {
            stream.setMilestone(transferredBytes() + syncBytes);
            milestoneNanos = clock.nanoTime();
        }
        stream.push();
        syncPending = false;
        return true;
    }

    /** Gives each channel a SYNC behind its pages, as far as they have a packet free. */
    private boolean syncChannels() {
        dispatch();
        while (channelsSynced < channels.size()) {
            WorkPacket packet = channels.get(channelsSynced).takeFree();
            if (packet == null) {
                channels.get(channelsSynced).wakeWhenFree();
                return false;
            }
            packet.beginSync();
            submit(packet);
            channelsSynced++;
        }
        return true;
    }

    /**
     * Between two passes comes a SYNC in any case; these are for the time within one, and for the end of the last. None while
     * one is to be answered: what it counts as arrived is what had left when it was given to the channels, less than what will
     * have arrived, so that it errs on the safe side; the next one makes up for it.
     */
    private boolean wantsMilestone() {
        long newBytes = stream.bytesSinceMilestone(transferredBytes());
        return stream.allMilestonesReached() && newBytes > 0 && (isFarFromMilestone(newBytes) || waitingPages() == 0);
    }

    private boolean isFarFromMilestone(long newBytes) {
        return newBytes >= MILESTONE_BYTES && clock.nanoTime() - milestoneNanos >= MILESTONE_NANOS;
    }

    @Override
    public boolean flush() throws IOException {
        dispatch();
        boolean pushed = stream.push();
        poll();
        if (wantsMilestone()) {
            passBegins(0);
        }
        synchronise();
        account();
        return pushed && waitingPages() == 0;
    }

    /** The SYNC of a pass that began without pages serves as the last one. */
    @Override
    public boolean finish() throws IOException {
        poll();
        passBegins(0);
        return syncChannels();
    }

    @Override
    public void poll() throws IOException {
        if (failure == null) {
            failure = findFailure();
            failedNanos = clock.nanoTime();
        }
        if (failure == null) {
            return;
        }
        stream.push(); // throws the destination's reason, if it gives one
        if (clock.nanoTime() - failedNanos >= REASON_NANOS_MAX) {
            throw failure;
        }
    }

    private @Nullable IOException findFailure() {
        for (int i = 0; i < channels.size(); i++) {
            IOException found = channels.get(i).failure();
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Between two calls pages leave, and some of them shorter than was committed: that is noted with the next call. */
    private void account() {
        committedBytes = stream.drainedBytes() + transferredBytes() + waitingBytes();
    }

    private long waitingBytes() {
        long pages = waitingPages() + (current == null ? 0 : current.pages());
        return pages * waitingBytesPerPage;
    }

    @Override
    public long inFlightBytes() {
        return stream.stagedBytes() + waitingBytes() + onItsWayBytes();
    }

    @Override
    public long onItsWayBytes() {
        return stream.onItsWayBytes(transferredBytes());
    }

    private long waitingPages() {
        long pages = 0;
        for (int i = 0; i < channels.size(); i++) {
            pages += channels.get(i).waitingPages();
        }
        return pages;
    }

    @Override
    public long committedBytes() {
        return committedBytes;
    }

    @Override
    public long transferredBytes() {
        long bytes = 0;
        for (int i = 0; i < channels.size(); i++) {
            bytes += channels.get(i).counters().sentBytes();
        }
        return bytes;
    }

    @Override
    public long normalPages() {
        long pages = 0;
        for (int i = 0; i < channels.size(); i++) {
            pages += channels.get(i).counters().normalPages();
        }
        return pages;
    }

    @Override
    public long duplicatePages() {
        long pages = 0;
        for (int i = 0; i < channels.size(); i++) {
            pages += channels.get(i).counters().zeroPages();
        }
        return pages;
    }

    /** {@inheritDoc} None: pages are looked at beside the sending and not before it. */
    @Override
    public long scanNanos() {
        return 0;
    }

    @Override
    public List<ChannelStatistics> channels() {
        return channels.stream().map(channel -> channel.counters().statistics()).toList();
    }

    @Override
    public void close() {
        channels.forEach(PageChannel::close);
    }

    @Override
    public void abort() {
        channels.forEach(PageChannel::abort);
    }
}
