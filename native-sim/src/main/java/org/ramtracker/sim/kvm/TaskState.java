package org.ramtracker.sim.kvm;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * The task state segment of a program that may write to ports (AMD64 Architecture Programmer's Manual, volume 2, 12.2.5): of the
 * segment itself only the field that says where the I/O permission bitmap begins, and the bitmap with no bit set.
 *
 * <pre>
 *   0                102              104                                4096
 *   | not used       | u16: 104       | a 0 bit for each port, from 0 on |
 * </pre>
 */
public final class TaskState {
    /** A page: ports up to 0x7caf, with the byte behind them that the processor reads too. */
    public static final int BYTES = 4096;

    private static final int BITMAP_BASE = 102;
    private static final int SEGMENT_BYTES = 104;

    private TaskState() {}

    /**
     * Writes the segment.
     *
     * @param memory {@link #BYTES} of zero memory
     */
    public static void fill(MemorySegment memory) {
        memory.set(JAVA_SHORT, BITMAP_BASE, (short) SEGMENT_BYTES);
    }
}
