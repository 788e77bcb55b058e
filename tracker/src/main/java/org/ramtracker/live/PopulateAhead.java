package org.ramtracker.live;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * Populates a destination's memory a little ahead of the pages that arrive, by chunks of a huge page: one call of the kernel instead of a
 * fault for each page in the midst of a read from the socket, which holds up the connection as well.
 *
 * <pre>
 *   chunk     | done | done | arriving | helper .. | ............ |
 *                           ^ here     ^ as many chunks ahead as are done behind, at most 16
 * </pre>
 *
 * <p><b>Only where it pays.</b> A chunk is populated when a run of at least a sixteenth of it arrives, and chunks ahead of it as many as
 * were populated right behind it. So memory that stays zero stays untouched, single pages are left to the fault handler, and at
 * worst twice as much is populated as arrives.
 *
 * <p>Threads: any number of channels, and a helper of its own, which sleeps while nothing arrives. Each chunk is populated by one
 * thread; others that need it wait for that.
 */
final class PopulateAhead implements AutoCloseable {
    /** The size of a transparent huge page on x86-64, and on aarch64 with small pages. */
    static final int CHUNK_SHIFT = 21;

    private static final long CHUNK_BYTES = 1L << CHUNK_SHIFT;
    /** Shorter runs are left to the fault handler. */
    static final long RUN_BYTES_MIN = CHUNK_BYTES / 16;

    private static final int AHEAD_CHUNKS_MAX = 16;
    private static final long POLL_NANOS = 10_000;
    private static final int CHUNK_BITS = 40;
    private static final long NOTHING = -1;

    private static final VarHandle STATE = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final byte UNTOUCHED = 0;
    private static final byte BEING_POPULATED = 1;
    private static final byte POPULATED = 2;

    private final List<RamBlock> blocks;
    private final long[] firstChunkBytes;
    private final byte[][] states;
    private final Thread helper;

    /** Block and first chunk of what is to be populated next, packed, so that wishing allocates nothing. */
    private volatile long wish = NOTHING;

    private volatile boolean closed;

    PopulateAhead(GuestMemory memory) {
        blocks = memory.blocks();
        firstChunkBytes = new long[blocks.size()];
        states = new byte[blocks.size()][];
        for (RamBlock block : blocks) {
            firstChunkBytes[block.index()] = block.segment().address() & (CHUNK_BYTES - 1);
            states[block.index()] = new byte[chunkAt(block, block.usedLengthBytes() - 1) + 1];
        }
        helper = Thread.ofPlatform().daemon().name("ramtracker-populate").unstarted(this::run);
        helper.start();
    }

    /** Chunks are aligned in the host's memory and not in the block. */
    private int chunkAt(RamBlock block, long offsetBytes) {
        return (int) ((offsetBytes + firstChunkBytes[block.index()]) >>> CHUNK_SHIFT);
    }

    /**
     * Returns when this range, about to be written, is populated, if it is worth it.
     *
     * @param denseBytes how much arrives, or has just arrived, without a gap up to the end of the range
     */
    void arrive(RamBlock block, long offsetBytes, long lengthBytes, long denseBytes) throws IOException {
        if (denseBytes < RUN_BYTES_MIN) {
            return;
        }
        int lastChunk = chunkAt(block, offsetBytes + lengthBytes - 1);
        for (int chunk = chunkAt(block, offsetBytes); chunk <= lastChunk; chunk++) {
            while (!populate(block, chunk)) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
        wishFrom(block, lastChunk + 1);
    }

    /** Half of the way ahead is left when more is wished for, so that the helper is seldom late and seldom woken. */
    private void wishFrom(RamBlock block, int chunk) {
        int last = states[block.index()].length - 1;
        if (chunk > last || isPopulated(block, Math.min(last, chunk + AHEAD_CHUNKS_MAX / 2))) {
            return;
        }
        long wanted = ((long) block.index() << CHUNK_BITS) + chunk;
        if (wish != wanted) {
            wish = wanted;
            LockSupport.unpark(helper);
        }
    }

    private boolean isPopulated(RamBlock block, int chunk) {
        return (byte) STATE.getAcquire(states[block.index()], chunk) == POPULATED;
    }

    /** Populates a chunk; false if another thread is at it. */
    private boolean populate(RamBlock block, int chunk) throws IOException {
        byte[] of = states[block.index()];
        if (isPopulated(block, chunk) || !STATE.compareAndSet(of, chunk, UNTOUCHED, BEING_POPULATED)) {
            return isPopulated(block, chunk);
        }
        try {
            populateChunk(block, chunk);
        } finally {
            STATE.setRelease(of, chunk, POPULATED); // also if it failed: nobody is to wait for it for ever
        }
        return true;
    }

    private void populateChunk(RamBlock block, int chunk) throws IOException {
        long start = Math.max(0, chunk * CHUNK_BYTES - firstChunkBytes[block.index()]);
        long end = Math.min(block.usedLengthBytes(), (chunk + 1) * CHUNK_BYTES - firstChunkBytes[block.index()]);
        if (end - start == CHUNK_BYTES) {
            block.adviseHugePages(start, CHUNK_BYTES);
        }
        block.populate(start, end - start);
    }

    private void run() {
        long done = NOTHING;
        while (!closed) {
            long wanted = wish;
            if (wanted == done) {
                LockSupport.park(this);
            } else {
                populateAhead(wanted);
                done = wanted;
            }
        }
    }

    private void populateAhead(long wanted) {
        RamBlock block = blocks.get((int) (wanted >>> CHUNK_BITS));
        int first = (int) (wanted & ((1L << CHUNK_BITS) - 1));
        int end = Math.min(states[block.index()].length, first + populatedBefore(block, first));
        try {
            for (int chunk = first; chunk < end && !closed; chunk++) {
                populate(block, chunk);
            }
        } catch (IOException e) {
            closed = true; // whoever needs the memory meets the same shortage, and can say who needed it
        }
    }

    private int populatedBefore(RamBlock block, int chunk) {
        int count = 0;
        while (count < AHEAD_CHUNKS_MAX && count < chunk && isPopulated(block, chunk - 1 - count)) {
            count++;
        }
        return count;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(helper);
        Joining.uninterruptibly(helper);
    }
}
