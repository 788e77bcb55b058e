package org.ramtracker.forecast;

/**
 * A link: bytes wait in a buffer, leave it at a constant rate, and arrive some time later.
 *
 * @param bytesPerSecond what it carries, at least 1
 * @param latencyNanos from one end to the other; at most a minute
 * @param bufferBytes what fits between the sender and the link: a socket's buffers; at most 1 TiB
 */
public record LinkModel(long bytesPerSecond, long latencyNanos, long bufferBytes) {
    /**
     * What waits in a TCP socket that is written to faster than the link carries: Linux grows it up to 4 MiB by default, the third
     * number of {@code net.ipv4.tcp_wmem}.
     */
    public static final long BUFFER_BYTES = 4L << 20;

    /** More than sockets ever hold; with a stage it is still far from overflowing. */
    private static final long BUFFER_BYTES_MAX = 1L << 40;

    /** Nothing on Earth is farther away; two of them are far from overflowing. */
    private static final long LATENCY_NANOS_MAX = 60_000_000_000L;

    /** Between two machines in one room. */
    public static final long LATENCY_NANOS = 100_000;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one of them does not hold
     */
    public LinkModel {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException(
                    "a bandwidth of zero: nothing would ever arrive; say what the link carries");
        }
        if (latencyNanos < 0 || bufferBytes < 0) {
            throw new IllegalArgumentException(
                    "a link with a latency of %d ns and a buffer of %d bytes".formatted(latencyNanos, bufferBytes));
        }
        if (latencyNanos > LATENCY_NANOS_MAX) {
            throw new IllegalArgumentException(
                    "a link with a latency of %d ns, more than a minute".formatted(latencyNanos));
        }
        if (bufferBytes > BUFFER_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a link with a buffer of %d bytes, more than 1 TiB".formatted(bufferBytes));
        }
    }

    /**
     * A link between two machines in one room.
     *
     * @param bytesPerSecond what it carries
     * @return the link
     */
    public static LinkModel of(long bytesPerSecond) {
        return new LinkModel(bytesPerSecond, LATENCY_NANOS, BUFFER_BYTES);
    }

    /**
     * This link, faster or slower.
     *
     * @param factor how many times this one
     * @return the link, at least 1 byte/s
     */
    public LinkModel scaled(double factor) {
        return new LinkModel(Math.max(1, Math.round(bytesPerSecond * factor)), latencyNanos, bufferBytes);
    }

    /**
     * This link with another bandwidth.
     *
     * @param other bytes in a second
     * @return the link
     */
    public LinkModel withBandwidth(long other) {
        return new LinkModel(other, latencyNanos, bufferBytes);
    }

    /** Rounded down, so that nothing is left of what takes this long, whichever way the last digit of a double went. */
    long bytesIn(double nanos) {
        return (long) (nanos * bytesPerSecond / 1e9);
    }

    double nanosFor(long bytes) {
        return bytes * 1e9 / bytesPerSecond;
    }
}
