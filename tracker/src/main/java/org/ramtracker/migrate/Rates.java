package org.ramtracker.migrate;

/**
 * Exact arithmetic on rates, in 64 bits and without allocation: the fraction is carried over three decimal digits at a time.
 * Amounts and times may be as large as 2^63 / 1000 (9.2e15: 8 PiB, or 106 days in nanoseconds).
 */
final class Rates {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int DIGITS = 1000;

    /** A faster link is taken for this fast, 9 PB/s: three more digits of its rests would not fit. */
    private static final long RATE_MAX = Long.MAX_VALUE / DIGITS;

    private Rates() {}

    /**
     * Amount in a second, rounded down.
     *
     * @param amount how much
     * @param nanos in how long; at least 1
     * @return the rate
     */
    static long perSecond(long amount, long nanos) {
        long whole = amount / nanos;
        long rest = amount % nanos;
        long fraction = 0;
        for (int i = 0; i < 3; i++) {
            fraction = fraction * DIGITS + rest * DIGITS / nanos;
            rest = rest * DIGITS % nanos;
        }
        return whole * NANOS_PER_SECOND + fraction;
    }

    /**
     * Time that an amount takes, rounded up, so that {@code nanosFor(r, b) <= limit} exactly when {@code r / b <= limit}.
     *
     * @param amount how much
     * @param perSecond rate; 0 means that nothing moves
     * @return nanoseconds; {@link MigrationStats#UNKNOWN_NANOS} if it takes forever
     */
    static long nanosFor(long amount, long perSecond) {
        if (amount == 0) {
            return 0;
        }
        if (perSecond == 0 || amount / perSecond >= Long.MAX_VALUE / NANOS_PER_SECOND - 1) {
            return MigrationStats.UNKNOWN_NANOS;
        }
        long rate = Math.min(perSecond, RATE_MAX);
        long nanos = perSecond(amount, rate);
        return isExact(amount, rate) ? nanos : nanos + 1;
    }

    private static boolean isExact(long amount, long perSecond) {
        long rest = amount % perSecond;
        for (int i = 0; i < 3; i++) {
            rest = rest * DIGITS % perSecond;
        }
        return rest == 0;
    }
}
