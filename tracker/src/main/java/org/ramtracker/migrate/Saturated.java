package org.ramtracker.migrate;

/** Arithmetic that stays at the largest number where it would overflow: a limit that is too large to count is no limit. */
final class Saturated {
    private static final int LONG_BITS_USED = 63;

    private Saturated() {}

    static long plus(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? bound(a < 0) : sum;
    }

    static long times(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        return high == low >> LONG_BITS_USED ? low : bound((a < 0) != (b < 0));
    }

    /** {@code value} times 2 to the power of {@code doublings}; neither is negative. */
    static long doubled(long value, long doublings) {
        if (value == 0) {
            return 0;
        }
        int spareBits = Long.numberOfLeadingZeros(value) - 1;
        return doublings <= spareBits ? value << doublings : Long.MAX_VALUE;
    }

    private static long bound(boolean negative) {
        return negative ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
