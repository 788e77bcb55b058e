package org.ramtracker.stream;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import org.ramtracker.memory.PageSize;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/**
 * Makes XBZRLE deltas that {@link XbzrleDecoder} and QEMU apply: exact ones, whose runs change at every byte where the pages
 * change from equal to different or back.
 *
 * <pre>
 *   64 bytes of both pages -> a word with a bit for each byte that differs -> its edges are the ends of runs
 * </pre>
 *
 * <p>What is equal is passed over in a loop of its own. In one that also writes runs the compiler keeps every check of every
 * iteration, and a page with one changed word takes three times as long ({@code docs/performance.md}).
 *
 * <p>Neither page may be written meanwhile. Threads: one. Nothing allocates after construction.
 */
public final class XbzrleEncoder {
    /** The pages are equal: there is no delta. */
    public static final int UNCHANGED = 0;

    /** The delta would be longer than the page. */
    public static final int OVERFLOW = -1;

    /** Lengths in a delta have 14 bits. */
    public static final int PAGE_BYTES_MAX = 1 << 14;

    private static final int LENGTH_BYTES_MAX = 2;
    private static final int CONTINUATION_BIT = 0x80;
    private static final int VALUE_BITS = 7;

    private final MemoryKernels kernels;
    private final int pageBytes;
    private MemorySegment current = MemorySegment.NULL;
    private long currentOffsetBytes;
    private MemorySegment delta = MemorySegment.NULL;
    private long deltaOffsetBytes;
    private int writtenBytes;
    private int runBegin;
    private boolean inChange;

    /**
     * An encoder for pages of one size.
     *
     * @param pageSize at most {@link #PAGE_BYTES_MAX}
     * @throws IllegalArgumentException if pages are larger
     */
    public XbzrleEncoder(PageSize pageSize) {
        this(pageSize, Kernels.chosen());
    }

    /**
     * An encoder with kernels of the caller's choice, to compare them.
     *
     * @param pageSize at most {@link #PAGE_BYTES_MAX}
     * @param kernels the inner loops
     * @throws IllegalArgumentException if pages are larger
     */
    public XbzrleEncoder(PageSize pageSize, MemoryKernels kernels) {
        if (pageSize.bytes() > PAGE_BYTES_MAX) {
            throw new IllegalArgumentException("XBZRLE cannot encode pages of %d bytes, only of up to %d"
                    .formatted(pageSize.bytes(), PAGE_BYTES_MAX));
        }
        this.pageBytes = pageSize.bytes();
        this.kernels = kernels;
    }

    /**
     * Encodes what makes the current page of the old one.
     *
     * @param old memory with what the destination has
     * @param oldOffsetBytes where the old page begins, a multiple of 8
     * @param now memory with what it should have
     * @param nowOffsetBytes where the current page begins, a multiple of 8
     * @param target where the delta goes
     * @param targetOffsetBytes where it begins; there must be room for a page
     * @return its length, {@link #UNCHANGED} or {@link #OVERFLOW}
     */
    public int encode(
            MemorySegment old,
            long oldOffsetBytes,
            MemorySegment now,
            long nowOffsetBytes,
            MemorySegment target,
            long targetOffsetBytes) {
        begin(now, nowOffsetBytes, target, targetOffsetBytes);
        int at = kernels.equalBytes(old, oldOffsetBytes, now, nowOffsetBytes, pageBytes);
        while (at < pageBytes) {
            long differing = kernels.differingBytes(old, oldOffsetBytes + at, now, nowOffsetBytes + at);
            long lastDiffered = inChange ? 1 : 0;
            if (!endRuns(at, differing ^ ((differing << 1) | lastDiffered))) {
                return OVERFLOW;
            }
            at += MemoryKernels.COMPARED_BYTES;
            if (differing == 0) {
                at += kernels.equalBytes(old, oldOffsetBytes + at, now, nowOffsetBytes + at, pageBytes - at);
            }
        }
        return !inChange || endRun(pageBytes) ? writtenBytes : OVERFLOW;
    }

    private void begin(MemorySegment now, long nowOffsetBytes, MemorySegment target, long targetOffsetBytes) {
        current = now;
        currentOffsetBytes = nowOffsetBytes;
        delta = target;
        deltaOffsetBytes = targetOffsetBytes;
        writtenBytes = 0;
        runBegin = 0;
        inChange = false;
    }

    private boolean endRuns(int at, long edges) {
        for (long left = edges; left != 0; left &= left - 1) {
            if (!endRun(at + Long.numberOfTrailingZeros(left))) {
                return false;
            }
        }
        return true;
    }

    /** Writes the run that ends here; false if there is no room for it. */
    private boolean endRun(int end) {
        int runBytes = end - runBegin;
        if (writtenBytes + LENGTH_BYTES_MAX > pageBytes) {
            return false;
        }
        putLength(runBytes);
        if (inChange) {
            if (writtenBytes + runBytes > pageBytes) {
                return false;
            }
            MemorySegment.copy(
                    current, currentOffsetBytes + runBegin, delta, deltaOffsetBytes + writtenBytes, runBytes);
            writtenBytes += runBytes;
        }
        inChange = !inChange;
        runBegin = end;
        return true;
    }

    private void putLength(int bytes) {
        if (bytes < CONTINUATION_BIT) {
            putByte(bytes);
        } else {
            putByte((bytes & (CONTINUATION_BIT - 1)) | CONTINUATION_BIT);
            putByte(bytes >> VALUE_BITS);
        }
    }

    private void putByte(int value) {
        delta.set(JAVA_BYTE, deltaOffsetBytes + writtenBytes, (byte) value);
        writtenBytes++;
    }
}
