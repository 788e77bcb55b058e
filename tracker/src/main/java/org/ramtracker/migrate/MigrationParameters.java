package org.ramtracker.migrate;

/**
 * What an operator sets, in QEMU's names. Immutable; a running migration takes changes as commands.
 *
 * @param maxBandwidthBytesPerSecond {@code max-bandwidth}: limit on the wire while the guest runs, 0 = unlimited
 * @param downtimeLimitNanos {@code downtime-limit}: how long the guest may be paused at the switchover
 */
public record MigrationParameters(long maxBandwidthBytesPerSecond, long downtimeLimitNanos) {
    /** QEMU's default {@code max-bandwidth}: 128 MiB/s. */
    public static final long DEFAULT_MAX_BANDWIDTH_BYTES_PER_SECOND = 128L << 20;

    /** QEMU's default {@code downtime-limit}: 300 ms. */
    public static final long DEFAULT_DOWNTIME_LIMIT_NANOS = 300_000_000L;

    /** QEMU's largest {@code downtime-limit}: 2000 s. */
    public static final long DOWNTIME_LIMIT_NANOS_MAX = 2_000_000_000_000L;

    /** Checks the ranges. */
    public MigrationParameters {
        checkMaxBandwidth(maxBandwidthBytesPerSecond);
        checkDowntimeLimit(downtimeLimitNanos);
    }

    static long checkMaxBandwidth(long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("max-bandwidth " + bytesPerSecond + " is negative; use 0 for unlimited");
        }
        return bytesPerSecond;
    }

    static long checkDowntimeLimit(long nanos) {
        if (nanos < 0 || nanos > DOWNTIME_LIMIT_NANOS_MAX) {
            throw new IllegalArgumentException("downtime-limit " + nanos + " ns is outside 0 to 2000 s");
        }
        return nanos;
    }

    /**
     * QEMU's defaults.
     *
     * @return 128 MiB/s, 300 ms
     */
    public static MigrationParameters defaults() {
        return new MigrationParameters(DEFAULT_MAX_BANDWIDTH_BYTES_PER_SECOND, DEFAULT_DOWNTIME_LIMIT_NANOS);
    }
}
