package org.ramtracker.live;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * Populates a destination's memory ahead of the pages that arrive, by chunks of a huge page: one call of the kernel instead of a
 * fault for each page in the midst of a read from the socket, which holds up the connection as well.
 *
 * <pre>
 *   chunk     | done | done | arriving | helper .. | ............ |
 *                           ^ here     ^ as many chunks ahead as are done behind, at most 64
 * </pre>
 *
 * <p><b>Only where it pays.</b> A chunk is populated when a run of at least a sixteenth of it arrives, and chunks ahead of it as many as
 * such runs have come to right behind it, in the next block as well. So memory that stays zero stays untouched, and single pages are left to
 * the fault handler. What goes ahead at most doubles what is populated.
 *
 * <p><b>Far ahead</b>, because the guest may be stopped within its first pass. Until then the link or a limit holds pages up, and the
 * helper has time; then all that is left comes as fast as it can, and finding memory for it, above all where the host is itself a guest
 * whose host has taken free memory back, can take several times as long as carrying it.
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

    private static final int AHEAD_CHUNKS_MAX = 64;
    /** So much of the way ahead may be missing before more is wished for: the helper is seldom woken. */
    private static final int MISSING_CHUNKS_MAX = 8;

    private static final long POLL_NANOS = 10_000;
    private static final int NOTHING = -1;

    private static final VarHandle STATE = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final byte UNTOUCHED = 0;
    private static final byte BEING_POPULATED = 1;
    private static final byte POPULATED = 2;
    /** Populated, and a run has come. */
    private static final byte ARRIVED = 3;

    private final List<RamBlock> blocks;
    private final int[] firstChunk;
    private final byte[] states;
    private final Thread helper;

    /** The first chunk of what is to be populated next. */
    private volatile int wish = NOTHING;

    private volatile boolean closed;

    PopulateAhead(GuestMemory memory) {
        blocks = memory.blocks();
        firstChunk = new int[blocks.size()];
        int chunks = 0;
        for (RamBlock block : blocks) {
            firstChunk[block.index()] = chunks;
            chunks = chunkAt(block, block.usedLengthBytes() - 1) + 1;
        }
        states = new byte[chunks];
        for (RamBlock block : blocks) {
            if (block.isPopulated()) {
                Arrays.fill(
                        states, firstChunk[block.index()], chunkAt(block, block.usedLengthBytes() - 1) + 1, POPULATED);
            }
        }
        helper = Thread.ofPlatform().daemon().name("ramtracker-populate").unstarted(this::run);
        helper.start();
    }

    /** Chunks are aligned in the host's memory and not in the block, and numbered through all blocks: pages come in that order. */
    private int chunkAt(RamBlock block, long offsetBytes) {
        return firstChunk[block.index()] + (int) ((offsetBytes + headBytes(block)) >>> CHUNK_SHIFT);
    }

    /** What of the block's first chunk lies before the block. */
    private static long headBytes(RamBlock block) {
        return block.segment().address() & (CHUNK_BYTES - 1);
    }

    private RamBlock blockOf(int chunk) {
        int index = blocks.size() - 1;
        while (firstChunk[index] > chunk) {
            index--;
        }
        return blocks.get(index);
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
            while (!populate(chunk)) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            STATE.setRelease(states, chunk, ARRIVED);
        }
        wishFrom(lastChunk + 1);
    }

    private void wishFrom(int chunk) {
        int last = states.length - 1;
        if (chunk > last || isPopulated(Math.min(last, chunk + AHEAD_CHUNKS_MAX - MISSING_CHUNKS_MAX))) {
            return;
        }
        if (wish != chunk) {
            wish = chunk;
            LockSupport.unpark(helper);
        }
    }

    /** Whether none of a range is left to the fault handler. */
    boolean isPopulated(RamBlock block, long offsetBytes, long lengthBytes) {
        int lastChunk = chunkAt(block, offsetBytes + lengthBytes - 1);
        int chunk = chunkAt(block, offsetBytes);
        while (chunk <= lastChunk && isPopulated(chunk)) {
            chunk++;
        }
        return chunk > lastChunk;
    }

    private boolean isPopulated(int chunk) {
        return (byte) STATE.getAcquire(states, chunk) >= POPULATED;
    }

    private boolean hasArrived(int chunk) {
        return (byte) STATE.getAcquire(states, chunk) == ARRIVED;
    }

    /** Populates a chunk; false if another thread is at it. */
    private boolean populate(int chunk) throws IOException {
        if (isPopulated(chunk) || !STATE.compareAndSet(states, chunk, UNTOUCHED, BEING_POPULATED)) {
            return isPopulated(chunk);
        }
        try {
            populateChunk(blockOf(chunk), chunk);
        } finally {
            STATE.setRelease(states, chunk, POPULATED); // also if it failed: nobody is to wait for it for ever
        }
        return true;
    }

    private void populateChunk(RamBlock block, int chunk) throws IOException {
        long chunkBytes = (chunk - firstChunk[block.index()]) * CHUNK_BYTES - headBytes(block);
        long start = Math.max(0, chunkBytes);
        long end = Math.min(block.usedLengthBytes(), chunkBytes + CHUNK_BYTES);
        if (end - start == CHUNK_BYTES) {
            block.adviseHugePages(start, CHUNK_BYTES);
        }
        block.populate(start, end - start);
    }

    private void run() {
        int done = NOTHING;
        while (!closed) {
            int wanted = wish;
            if (wanted == done) {
                LockSupport.park(this);
            } else {
                populateAhead(wanted);
                done = wanted;
            }
        }
    }

    private void populateAhead(int first) {
        int end = Math.min(states.length, first + arrivedBefore(first));
        try {
            for (int chunk = first; chunk < end && !closed; chunk++) {
                populate(chunk);
            }
        } catch (IOException e) {
            closed = true; // whoever needs the memory meets the same shortage, and can say who needed it
        }
    }

    private int arrivedBefore(int chunk) {
        int count = 0;
        while (count < AHEAD_CHUNKS_MAX && count < chunk && hasArrived(chunk - 1 - count)) {
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
