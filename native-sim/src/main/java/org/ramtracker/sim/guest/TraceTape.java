package org.ramtracker.sim.guest;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.trace.DirtyTrace;
import org.ramtracker.trace.EpochCursor;
import org.ramtracker.trace.TraceLayout;

/**
 * A recorded trace made ready to be played: one write after the other, epoch by epoch and within an epoch in the order of the
 * pages, spread evenly over its length. After the last epoch the first one follows again. Takes four bytes for each page of
 * each epoch.
 *
 * <p>Threads: immutable.
 */
final class TraceTape implements PageFill.Kinds {
    private final MemorySegment ordinals;
    private final long writes;
    private final long durationNanos;
    private final long fingerprint;
    private final double compressedShare;
    private final byte[] kinds;

    /** By epoch, when it starts, and how many writes come before it; then the end. */
    private final long[] startNanos;

    private final long[] writesBefore;

    private TraceTape(DirtyTrace trace, GuestMemory memory) {
        int epochs = Math.toIntExact(trace.epochs());
        this.startNanos = new long[epochs + 1];
        this.writesBefore = new long[epochs + 1];
        this.writes = index(trace);
        this.ordinals = Arena.ofAuto().allocate(JAVA_INT, Math.max(1, writes));
        this.durationNanos = trace.durationNanos();
        this.fingerprint = fingerprintOf(trace);
        this.compressedShare = trace.kinds().compression().compressedShare();
        this.kinds = kindsOf(trace, memory);
        fillOrdinals(trace, memory);
    }

    /**
     * Reads a trace.
     *
     * @throws IOException if it cannot be read, or is of memory of another shape
     */
    static TraceTape load(ReplaySource source, GuestMemory memory) throws IOException {
        try (DirtyTrace trace = DirtyTrace.open(source.trace())) {
            trace.requireLayout(TraceLayout.of(memory));
            return new TraceTape(trace, memory);
        }
    }

    private long index(DirtyTrace trace) {
        long before = 0;
        EpochCursor epoch = trace.cursor();
        while (epoch.next()) {
            int index = (int) epoch.index();
            startNanos[index] = epoch.startNanos();
            writesBefore[index] = before;
            before += epoch.pages();
        }
        startNanos[startNanos.length - 1] = trace.durationNanos();
        writesBefore[writesBefore.length - 1] = before;
        return before;
    }

    private void fillOrdinals(DirtyTrace trace, GuestMemory memory) {
        long write = 0;
        EpochCursor epoch = trace.cursor();
        while (epoch.next()) {
            while (epoch.nextRun()) {
                for (long i = 0; i < epoch.runPages(); i++) {
                    ordinals.setAtIndex(JAVA_INT, write++, (int) ordinalOfPage(memory, epoch.runFirstPage() + i));
                }
            }
        }
    }

    /** Pages have gaps between the blocks, ordinals have none. */
    private static long ordinalOfPage(GuestMemory memory, long page) {
        long before = 0;
        for (RamBlock block : memory.blocks()) {
            if (page < block.endPage()) {
                return before + page - block.firstPage();
            }
            before += block.pages();
        }
        throw new IndexOutOfBoundsException("page " + page);
    }

    private static byte[] kindsOf(DirtyTrace trace, GuestMemory memory) {
        byte[] kinds = new byte[Math.toIntExact(trace.layout().ramPages())];
        try (PageBitmap zero = new PageBitmap(memory.pages());
                PageBitmap duplicate = new PageBitmap(memory.pages())) {
            trace.addZeroPagesTo(zero);
            trace.addDuplicatePagesTo(duplicate);
            int ordinal = 0;
            for (RamBlock block : memory.blocks()) {
                for (long page = block.firstPage(); page < block.endPage(); page++) {
                    kinds[ordinal++] = zero.contains(page)
                            ? PageFill.ZERO
                            : duplicate.contains(page) ? PageFill.DUPLICATE : PageFill.NORMAL;
                }
            }
        }
        return kinds;
    }

    private static long fingerprintOf(DirtyTrace trace) {
        long hash = Mixer.mix(trace.createdAtEpochMillis());
        hash = Mixer.mix(hash + trace.durationNanos());
        return Mixer.mix(hash + trace.epochs());
    }

    long fingerprint() {
        return fingerprint;
    }

    /** Writes in one round. */
    long writes() {
        return writes;
    }

    /** Which page a write goes to, all rounds counted. */
    long ordinalOf(long write) {
        return ordinals.getAtIndex(JAVA_INT, write % writes);
    }

    /** How many writes are due at a moment of the trace, all rounds counted. */
    long writesUntil(long positionNanos) {
        long within = positionNanos % durationNanos;
        int found = Arrays.binarySearch(startNanos, within);
        int epoch = found >= 0 ? found : -found - 2;
        long lengthNanos = startNanos[epoch + 1] - startNanos[epoch];
        long inEpoch = writesBefore[epoch + 1] - writesBefore[epoch];
        long part = (long) ((double) inEpoch * (within - startNanos[epoch]) / lengthNanos);
        return positionNanos / durationNanos * writes + writesBefore[epoch] + part;
    }

    @Override
    public int of(long ordinal) {
        return kinds[(int) ordinal];
    }

    @Override
    public double compressedShare() {
        return compressedShare;
    }
}
