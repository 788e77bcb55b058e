package org.ramtracker.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** What a guest's memory holds, in chunks of 256 KiB. */
public enum Fill {
    /** Nothing that is a duplicate page. */
    RANDOM,
    /** Zero pages only. */
    ZERO,
    /** A random chunk and a zero chunk in turns. */
    HALF;

    static final int CHUNK_BYTES = 256 << 10;
    private static final long SEED = 1;

    /** Fills memory that is zero so far and a multiple of two chunks long. */
    void fill(MemorySegment memory) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (long at = 0; at < memory.byteSize(); at += CHUNK_BYTES) {
            if (!isZero(at)) {
                fillChunk(memory, at, random);
            }
        }
    }

    private static void fillChunk(MemorySegment memory, long fromBytes, SplittableRandom random) {
        for (long at = fromBytes; at < fromBytes + CHUNK_BYTES; at += Long.BYTES) {
            memory.set(JAVA_LONG, at, random.nextLong());
        }
    }

    /** Whether the page at an offset is a zero page. */
    boolean isZero(long offsetBytes) {
        return this == ZERO || (this == HALF && (offsetBytes / CHUNK_BYTES) % 2 == 1);
    }
}
