package org.ramtracker.sim.guest;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What a guest thread writes. Step {@code k} of a thread stores one word, the <em>stamp</em> of (thread, k), into three
 * places of the page: the first word, the last, and one in between that depends on the stamp, its <em>slot</em>.
 *
 * <pre>
 *   word   0        1 .. words-2                      words-1
 *        +--------+-----------------------+--------+--------+
 *        | stamp  | fill or older stamps  | stamp  | stamp  |
 *        +--------+-----------------------+--------+--------+
 *                                          slot
 *   stamp = mix(key ^ (thread &lt;&lt; 48 | k))      slot = 1 + floor(stamp * (words - 2) / 2^64)
 * </pre>
 *
 * A stamp can be undone to (thread, k), so whoever finds one knows which write left it, and whether that write belongs
 * there.
 *
 * <p>Threads: immutable.
 */
final class Stamps {
    /** A word of guest memory; little endian on every host, so that contents do not depend on it. */
    static final ValueLayout.OfLong WORD = JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Steps are numbered {@code [0, STEPS_MAX)}: enough for 300 days at ten million a second. */
    static final long STEPS_MAX = 1L << 48;

    private final long key;
    private final int pageBytes;

    Stamps(long seed, int pageBytes) {
        this.key = Mixer.key(seed, 2);
        this.pageBytes = pageBytes;
    }

    long stamp(int thread, long step) {
        return Mixer.mix(keyOf(thread) ^ step);
    }

    /** What a step is mixed with. */
    long keyOf(int thread) {
        return key ^ (long) thread << 48;
    }

    int threadOf(long stamp) {
        return (int) ((Mixer.unmix(stamp) ^ key) >>> 48);
    }

    long stepOf(long stamp) {
        return (Mixer.unmix(stamp) ^ key) & STEPS_MAX - 1;
    }

    int slotOffsetBytes(long stamp) {
        return Long.BYTES * (int) (1 + Mixer.below(pageBytes / Long.BYTES - 2, stamp));
    }

    int lastOffsetBytes() {
        return pageBytes - Long.BYTES;
    }

    void store(MemorySegment segment, long offsetBytes, long stamp) {
        segment.set(WORD, offsetBytes, stamp);
        segment.set(WORD, offsetBytes + slotOffsetBytes(stamp), stamp);
        segment.set(WORD, offsetBytes + lastOffsetBytes(), stamp);
    }
}
