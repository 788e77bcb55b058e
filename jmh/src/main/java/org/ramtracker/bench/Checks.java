package org.ramtracker.bench;

import java.lang.foreign.MemorySegment;
import org.ramtracker.memory.GuestMemory;

/** What benchmarks assert outside of what they time. */
final class Checks {
    private Checks() {}

    static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("expected " + what);
        }
    }

    static void equal(String what, long answer, long expected) {
        if (answer != expected) {
            throw new IllegalStateException(what + " answers " + answer + " and not " + expected);
        }
    }

    static void equal(MemorySegment destination, MemorySegment source) {
        long at = source.mismatch(destination);
        if (at >= 0) {
            throw new IllegalStateException("the destination differs from the source at offset " + at);
        }
    }

    /** A destination that holds what the source does is emptied, so that whatever comes next has to fill it again. */
    static void equalThenEmpty(GuestMemory destination, MemorySegment source) {
        MemorySegment loaded = destination.blocks().getFirst().segment();
        equal(loaded, source);
        loaded.fill((byte) 0);
    }
}
