package org.ramtracker.live;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.MultifdPacketDescriptor;
import org.ramtracker.stream.MultifdPacketWriter;

/**
 * A page channel at the source: a thread that classifies, copies or compresses, and writes the pages which it is given.
 *
 * <pre>
 *   agent --work--&gt; | thread: classify, copy, compress, write | --&gt; socket
 *         &lt;--free-- |                                         |
 * </pre>
 *
 * <p>Threads: the methods are the agent's, but for the thread itself. Both queues have one producer and one consumer, so that
 * channels share nothing with each other. By {@code waiting} and {@code parked} each side tells the other that it sleeps: it
 * says so first and looks into its queue afterwards, the other fills the queue first and looks at the flag afterwards, and a
 * fence stands between the two on either side. Nothing allocates after {@link #start} but the first packet of a block. What goes
 * wrong on the thread is kept in {@link #failure}, and ends it.
 */
final class PageChannel {
    /** One that is being sent, one for a SYNC, and as many that wait as a channel sends until the agent it woke has filled others. */
    private static final int PACKETS = 6;

    /** So many free ones are worth waking the agent for: it fills them in one go while the thread sends the other half. */
    private static final int FREE_PACKETS_WAKE = PACKETS / 2;

    private static final int PAYOFF_WINDOW_PACKETS = 16;

    private final int id;
    private final ChannelSocket socket;
    private final String name;
    private final UUID uuid;
    private final NanoClock clock;
    private final MultifdPacketWriter writer;
    private final PacketLook look;
    private final boolean compresses;
    private final OneToOneConcurrentArrayQueue<WorkPacket> work = new OneToOneConcurrentArrayQueue<>(PACKETS);
    private final OneToOneConcurrentArrayQueue<WorkPacket> free = new OneToOneConcurrentArrayQueue<>(PACKETS);
    private final ChannelCounters counters = new ChannelCounters();
    private final StraightWriter straight;
    private final GatheringWriter gathering;
    private final Payoff payoff;
    private final Thread thread;
    private long submittedPages;
    private volatile boolean ended;
    private volatile boolean parked;
    private volatile @Nullable Thread waiting;
    private volatile @Nullable IOException failure;

    PageChannel(int id, SocketChannel socket, UUID uuid, PageSize pageSize, Compression compression, NanoClock clock) {
        this.id = id;
        this.socket = new ChannelSocket(socket, pageSize);
        this.name = Sockets.remoteName(socket);
        this.uuid = uuid;
        this.clock = clock;
        this.writer = new MultifdPacketWriter(pageSize, compression.method(), compression.level());
        this.straight = new StraightWriter(this.socket, writer, pageSize, counters);
        this.gathering = new GatheringWriter(this.socket, writer, pageSize, counters);
        this.look = new PacketLook(pageSize);
        this.compresses = compression.isOn();
        this.payoff = new Payoff(PAYOFF_WINDOW_PACKETS, clock.nanoTime(), 0);
        this.thread =
                Thread.ofPlatform().daemon().name("ramtracker-channel-" + id).unstarted(this::run);
        for (int i = 0; i < PACKETS; i++) {
            free.add(new WorkPacket(this, MultifdPacketDescriptor.pagesMax(pageSize)));
        }
    }

    void start() throws IOException {
        socket.open();
        socket.prepareToSend();
        thread.start();
    }

    /** A packet to fill, or null if all of them wait to be sent. */
    @Nullable
    WorkPacket takeFree() {
        return free.poll();
    }

    /** Whether there is a packet to fill. */
    boolean hasFree() {
        return !free.isEmpty();
    }

    /** The calling thread found no packet free: it is unparked when there are enough. It may be unparked without need. */
    void wakeWhenFree() {
        waiting = Thread.currentThread();
        wakeIfFree(); // they may have become free before
    }

    /** Called on both sides: by the agent after it has said that it waits, by the channel's thread after it has given a packet back. */
    private void wakeIfFree() {
        VarHandle.fullFence(); // the queue only releases, and both sides come here
        Thread waiter = waiting;
        if (waiter != null && free.size() >= FREE_PACKETS_WAKE) {
            waiting = null; // before it is unparked: it may wait again at once
            LockSupport.unpark(waiter);
        }
    }

    /** Pages that it was given so far. */
    long submittedPages() {
        return submittedPages;
    }

    /** Hands a packet to the thread. */
    void submit(WorkPacket packet) {
        submittedPages += packet.pages();
        work.add(packet); // there is room: no more packets exist
        VarHandle.fullFence(); // the queue only releases; the partner is in await
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    /** Pages that were submitted and have not left. */
    long waitingPages() {
        return submittedPages - counters.donePages();
    }

    ChannelCounters counters() {
        return counters;
    }

    @Nullable
    IOException failure() {
        return failure;
    }

    private void run() {
        try {
            straight.write(writer.initial(uuid, id));
            while (!ended) {
                WorkPacket packet = work.poll();
                if (packet == null) {
                    await();
                } else {
                    send(packet);
                    free.add(packet);
                    wakeIfFree();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = new IOException(
                    "channel %d to %s, after %d bytes: %s".formatted(id, name, counters.sentBytes(), Reason.of(e)), e);
        }
    }

    private void await() {
        parked = true;
        if (work.isEmpty() && !ended) { // after the flag is set; the partner is in submit
            LockSupport.park(this);
        }
        parked = false;
    }

    private void send(WorkPacket packet) throws IOException {
        RamBlock block = packet.block();
        if (block == null) {
            straight.write(writer.sync(packet.number()));
            return;
        }
        addPages(packet, block);
        if (!compresses && socket.scatters()) {
            gathering.write(block, packet.number());
        } else if (!compresses) {
            straight.write(block, packet.number());
        } else if (payoff.isOn()) {
            straight.write(compress(packet.number()));
        } else {
            straight.write(store(packet.number()));
        }
        counters.done(writer.normalPages(), writer.zeroPages());
    }

    /** What is to be compressed is copied, so that it does not change meanwhile. */
    private void addPages(WorkPacket packet, RamBlock block) {
        writer.begin(block);
        look.begin(packet, block);
        for (int i = 0; i < packet.pages(); i++) {
            long offsetBytes = packet.offsetBytes(i);
            if (look.isZero(i, packet, block)) {
                writer.zeroPage(offsetBytes);
            } else if (compresses) {
                writer.normalPage(offsetBytes);
            } else {
                writer.pageInPlace(offsetBytes);
            }
        }
    }

    /** While compressing does not pay: every packet of a channel has the form of its method all the same. */
    private ByteBuffer store(long packetNumber) {
        if (writer.normalPages() > 0) {
            payoff.skipped(clock.nanoTime(), counters.sentBytes());
        }
        return writer.encodeStored(packetNumber);
    }

    private ByteBuffer compress(long packetNumber) {
        int pages = writer.normalPages();
        if (pages == 0) {
            return writer.encode(packetNumber);
        }
        long startNanos = clock.nanoTime();
        ByteBuffer packet = writer.encode(packetNumber);
        long endNanos = clock.nanoTime();
        long savedBytes = (long) writer.plainBytes() - packet.remaining();
        counters.compressed(pages, savedBytes, endNanos - startNanos);
        payoff.tried(endNanos - startNanos, savedBytes, endNanos, counters.sentBytes());
        counters.timesOff(payoff.timesOff());
        return packet;
    }

    /** Ends the thread when it has nothing to do, and the connection in good order. */
    void close() {
        stop();
        socket.close();
        writer.close();
    }

    /** Ends the connection with a reset, where there is one, and the thread wherever it is. */
    void abort() {
        Closing.closeFailed(socket::resetOnClose);
        socket.endWaits();
        close();
    }

    /** Waits for the thread: afterwards nobody reads guest memory, which may then be unmapped. */
    private void stop() {
        ended = true;
        LockSupport.unpark(thread);
        Joining.uninterruptibly(thread);
    }
}
