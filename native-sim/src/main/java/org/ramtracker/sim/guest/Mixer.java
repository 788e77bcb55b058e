package org.ramtracker.sim.guest;

/**
 * The finalizer of SplitMix64: a bijection of 64-bit words whose results look random. It makes every value that a guest
 * writes a pure function of where and when it is written.
 */
final class Mixer {
    /** The golden ratio times 2^64: the step between inputs that shall look unrelated. */
    static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private static final long FIRST = 0xbf58476d1ce4e5b9L;
    private static final long FIRST_INVERSE = 0x96de1b173f119089L;
    private static final long SECOND = 0x94d049bb133111ebL;
    private static final long SECOND_INVERSE = 0x319642b2d24d8ec3L;

    private Mixer() {}

    static long mix(long value) {
        long z = (value ^ value >>> 30) * FIRST;
        z = (z ^ z >>> 27) * SECOND;
        return z ^ z >>> 31;
    }

    /** The value that {@link #mix} made this of. */
    static long unmix(long mixed) {
        long z = (mixed ^ mixed >>> 31 ^ mixed >>> 62) * SECOND_INVERSE;
        z = (z ^ z >>> 27 ^ z >>> 54) * FIRST_INVERSE;
        return z ^ z >>> 30 ^ z >>> 60;
    }

    /** A key for one use of a seed, unrelated to those for other uses. */
    static long key(long seed, int use) {
        return mix(mix(seed) + use);
    }

    /** A word of {@code [0, bound)} that depends on the high bits of {@code random}. */
    static long below(long bound, long random) {
        return Math.unsignedMultiplyHigh(random, bound);
    }
}
