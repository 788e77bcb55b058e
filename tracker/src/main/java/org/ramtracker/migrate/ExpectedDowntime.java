package org.ramtracker.migrate;

/**
 * How long the guest would stand still if it were paused now: {@code R / B + C}, with {@code R} what is still to arrive, both
 * the pages that remain and what the sink took and has on its way, {@code B} the bandwidth, the operator's if there is one,
 * and {@code C} the fixed cost of a switchover.
 */
final class ExpectedDowntime {
    private ExpectedDowntime() {}

    /** Rounded up; {@link MigrationStats#UNKNOWN_NANOS} without a bandwidth, or if it cannot be counted. */
    static long nanos(long toArriveBytes, long bytesPerSecond, long costNanos) {
        return Saturated.plus(Rates.nanosFor(toArriveBytes, bytesPerSecond), costNanos);
    }

    /** What a guest that is paused now would wait for. */
    static long toArriveBytes(MigrationStats stats) {
        return Saturated.plus(stats.remainingBytes(), stats.inFlightBytes());
    }

    /** The bandwidth to divide by. */
    static long bytesPerSecond(long measuredBytesPerSecond, MigrationParameters parameters) {
        long wanted = parameters.get(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH);
        return wanted > 0 ? wanted : measuredBytesPerSecond;
    }
}
