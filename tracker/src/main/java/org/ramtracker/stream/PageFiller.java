package org.ramtracker.stream;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.ramtracker.simd.MemoryKernels;

/** Loads pages that came as one byte. */
final class PageFiller {
    private static final long EVERY_BYTE = 0x0101010101010101L;

    private PageFiller() {}

    /** Fills a page. One that is already filled is only read: anonymous memory that was never written stays unbacked. */
    static void fill(MemoryKernels kernels, MemorySegment segment, long offsetBytes, int pageBytes, int fillByte) {
        if (kernels.uniformByte(segment, offsetBytes, pageBytes) == fillByte) {
            return;
        }
        long word = fillByte * EVERY_BYTE; // stored by the word, because a slice to fill would be an allocation
        for (int at = 0; at < pageBytes; at += Long.BYTES) {
            segment.set(JAVA_LONG_UNALIGNED, offsetBytes + at, word);
        }
    }
}
