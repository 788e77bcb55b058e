package org.ramtracker.bench;

import java.lang.foreign.MemorySegment;

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
}
