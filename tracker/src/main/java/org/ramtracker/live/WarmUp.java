package org.ramtracker.live;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.dirty.DirtyRound;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.MigrationListener;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationPorts;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.PrecopyAgent;
import org.ramtracker.migrate.VcpuControl;
import org.ramtracker.stream.BlockEntry;

/**
 * Has the loops of a transfer compiled before one is timed: small guests without vCPUs, random pages and zero pages, some of them
 * dirtied once more, are migrated within this process, over the loopback interface, by the same code on both sides as real ones.
 *
 * <p>A vector is an object on the heap until its loop is compiled, the first pages of a cold process take ten times as long, and
 * code that runs for the first time while a guest stands still makes its downtime many times as long. So a downtime limit can be
 * kept by warm processes only, at both ends.
 *
 * <p>Threads: any; the calling one works and waits.
 */
public final class WarmUp {
    /** A packet is of one block, so the last one of this block is shorter than the others. */
    private static final long RAM_BYTES = (24L << 20) + (64 << 10);

    private static final int RANDOM_BYTES = 16 << 20;
    private static final long VIDEO_RAM_BYTES = 8L << 20;

    /** More than one, as every machine has: code that was compiled for one block alone is thrown away when the second comes. */
    private static final List<BlockEntry> BLOCKS =
            List.of(new BlockEntry("ram", RAM_BYTES), new BlockEntry("video-ram", VIDEO_RAM_BYTES));

    private static final long TOTAL_BYTES = RAM_BYTES + VIDEO_RAM_BYTES;
    private static final MigrationParameters UNLIMITED =
            MigrationParameters.of(0, MigrationParameters.defaults().downtimeLimitNanos());

    /** Takes an eighth of a second, so that what is done now and then is done as well: judging, windows of bandwidth, an early sync. */
    private static final MigrationParameters SLOW = MigrationParameters.of(
            TOTAL_BYTES * 4, MigrationParameters.defaults().downtimeLimitNanos());

    private static final long POLL_NANOS = 20_000;

    /**
     * Migrations in a round, at least: a channel's method is compiled again after 600 packets at the soonest, of which a
     * migration has 50. In a shorter round compilers rest because they have not been asked yet.
     */
    private static final int ROUND_MIGRATIONS = 20;

    /** Of compilers' processor time in a round: what is compiled now and then, while all that matters has been. */
    private static final long RESTING_NANOS_MAX = 10_000_000;

    private WarmUp() {}

    /**
     * Migrates such guests until the compilers have come to rest, or the time is over; at least one round of them, which is all where
     * the kernel does not account for threads in {@code /proc/self/task/TID/schedstat}.
     *
     * @param channels how many page channels to use; 0 for pages in the main stream
     * @param atMost how long, to the end of the round that has begun by then; on two quiet cores the compilers rest after 2 to 4 s
     * @throws IOException if there is no loopback interface or not enough memory
     * @throws InterruptedException if the thread was interrupted
     */
    public static void run(int channels, Duration atMost) throws IOException, InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        try (GuestMemory memory = ofAllKinds();
                DirtyBitmap marks = new DirtyBitmap(memory.pages())) {
            CompilerThreads compilers = new CompilerThreads();
            do {
                migrate(memory, marks, channels, SLOW);
                for (int i = 0; i < ROUND_MIGRATIONS; i++) {
                    migrate(memory, marks, channels, UNLIMITED);
                }
            } while (compilers.nanosSinceLast() > RESTING_NANOS_MAX && System.nanoTime() < end);
        }
    }

    /** RAM that is random, then random and zero in turns, and zero video RAM: long runs, runs of one page, and nothing to send. */
    private static GuestMemory ofAllKinds() throws IOException {
        GuestMemory memory = memoryOf(PageSize.KIB_4, BLOCKS);
        byte[] random = new byte[(int) RAM_BYTES];
        new SplittableRandom(1).nextBytes(random);
        int pageBytes = PageSize.KIB_4.bytes();
        for (int at = RANDOM_BYTES; at < random.length; at += 2 * pageBytes) {
            Arrays.fill(random, at, at + pageBytes, (byte) 0);
        }
        RamBlock block = memory.blocks().getFirst();
        MemorySegment.copy(MemorySegment.ofArray(random), 0, block.segment(), 0, random.length);
        return memory;
    }

    private static GuestMemory memoryOf(PageSize pageSize, List<BlockEntry> blocks) throws IOException {
        GuestMemory.Builder builder = GuestMemory.builder(pageSize);
        long address = 0;
        for (BlockEntry block : blocks) {
            builder.block(block.idstr(), address, block.usedLengthBytes(), new Backing.Anonymous());
            address += block.usedLengthBytes();
        }
        return builder.build();
    }

    private static void migrate(GuestMemory memory, DirtyBitmap marks, int channels, MigrationParameters parameters)
            throws IOException, InterruptedException {
        try (ServerSocketChannel listener = listen()) {
            FutureTask<MigrationResult> received = new FutureTask<>(() -> receive(listener, channels));
            Thread.ofPlatform().daemon().name("ramtracker-warm-up").start(received);
            send(memory, marks, sockets(listener, channels), parameters);
            received.get().memory().close();
        } catch (ExecutionException e) {
            throw new IOException("warming up: " + Reason.of(e), e);
        }
    }

    private static ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static MigrationResult receive(ServerSocketChannel listener, int channels) throws IOException {
        try (SocketChannel main = listener.accept()) {
            List<SocketChannel> more = new ArrayList<>();
            while (more.size() < channels) {
                more.add(listener.accept());
            }
            return MigrationTarget.creating(WarmUp::memoryOf, TOTAL_BYTES, List.of())
                    .receiveKeeping(main, more);
        }
    }

    /** The main connection and the channels. */
    private static List<SocketChannel> sockets(ServerSocketChannel listener, int channels) throws IOException {
        List<SocketChannel> sockets = new ArrayList<>();
        while (sockets.size() <= channels) {
            sockets.add(SocketChannel.open(listener.getLocalAddress()));
        }
        return sockets;
    }

    private static void send(
            GuestMemory memory, DirtyBitmap marks, List<SocketChannel> sockets, MigrationParameters parameters)
            throws IOException {
        DirtyBitmapLog log = new DirtyBitmapLog(marks);
        StreamRamSink sink = StreamRamSink.builder(memory, SystemNanoClock.INSTANCE)
                .channels(sockets.subList(1, sockets.size()), Compression.NONE)
                .toSocket(sockets.getFirst());
        try (DirtyRound round = new DirtyRound(memory, log)) {
            MigrationPorts ports = new MigrationPorts(memory, log, round, NoVcpus.NONE, sink, SystemNanoClock.INSTANCE);
            MigrationOutcome outcome = drive(PrecopyAgent.builder(ports)
                    .parameters(parameters)
                    .listener(new Writes(marks))
                    .build());
            if (outcome.status() != MigrationStatus.COMPLETED) {
                throw new IOException("warming up: " + outcome.warningOrReason().orElse("cancelled"));
            }
        }
    }

    private static MigrationOutcome drive(PrecopyAgent agent) {
        while (agent.outcome().isEmpty()) {
            if (agent.doWork() == 0) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
        return agent.outcome().orElseThrow();
    }

    /** What a guest would have written during the first pass: single pages, as passes after the first mostly have. */
    private record Writes(DirtyBitmap marks) implements MigrationListener {
        @Override
        public void onPass(long dirtySyncCount) {
            if (dirtySyncCount == 1) {
                markEveryOther(RAM_BYTES / PageSize.KIB_4.bytes());
            }
        }

        private void markEveryOther(long pages) {
            for (long page = 0; page < pages; page += 2) {
                marks.mark(page);
            }
        }
    }

    /** A guest that never runs. */
    private enum NoVcpus implements VcpuControl {
        NONE;

        @Override
        public boolean isRunning() {
            return false;
        }

        @Override
        public void requestPause() {}

        @Override
        public boolean isDrained() {
            return true;
        }

        @Override
        public void resume() {}

        @Override
        public void throttle(int percent) {}
    }
}
