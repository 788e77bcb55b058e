package org.ramtracker.migrate;

/**
 * What the link carried, window by window, for the bandwidth. What was sent in a window is not what arrived in it:
 *
 * <ul>
 *   <li>Buffers that fill take bytes as fast as they are copied, at the beginning and whenever they were drained meanwhile. So a
 *       window counts no more than arrived in it: what was sent, less what more is on its way at its end than at its beginning.
 *   <li>Buffers that drain do so mostly while nothing is sent: during syncs, waits, and looking at duplicate pages. That time is
 *       taken out of the time on the wire, so what arrives in it does not count either: a window counts no more than was sent in
 *       it. Where the agent itself got no CPU meanwhile, that window makes the link look slower than it is, never faster.
 * </ul>
 *
 * <p>A sink hears in steps what has arrived. Between two of them more and more seems to be on its way, so a window ends with one:
 * at the same place of the step as the one before. The exception is a limit on bandwidth, which says when windows end; there it is
 * enough that something arrived. If nothing does, a window goes on for no longer than {@value #SILENT_NANOS_MAX} ns: a link that
 * stands still is seen as such.
 *
 * <p>Threads: single-threaded, the agent's. Reads no clock: it is told the time.
 */
final class LinkBytes {
    /** So long a window waits for news. */
    static final long SILENT_NANOS_MAX = 1_000_000_000L;

    private final RamSink sink;
    private long startNanos;
    private long startSentBytes;
    private long startArrivedBytes;
    private long heardBytes;
    private long endedBytes;

    LinkBytes(RamSink sink) {
        this.sink = sink;
    }

    /** Ends a window, which counts from now on, and begins the next one. */
    void beginWindow(long nowNanos) {
        long sentBytes = sink.transferredBytes();
        long arrivedBytes = sentBytes - sink.onItsWayBytes();
        endedBytes = carriedBytes(sentBytes, arrivedBytes);
        startNanos = nowNanos;
        startSentBytes = sentBytes;
        startArrivedBytes = arrivedBytes;
    }

    /** Whether this is a moment at which what the link carried is known; to be asked in each slice. */
    boolean isKnown(long nowNanos, RateLimiter limiter) {
        long sentBytes = sink.transferredBytes();
        long arrivedBytes = sentBytes - sink.onItsWayBytes();
        boolean heard = arrivedBytes > (limiter.isUnlimited() ? heardBytes : startArrivedBytes);
        heardBytes = arrivedBytes;
        return heard
                || arrivedBytes == sentBytes
                || sentBytes == startSentBytes
                || nowNanos - startNanos >= SILENT_NANOS_MAX;
    }

    /** What all windows count, the one that lasts as if it ended now; at its beginning it is what those before it counted. */
    long carriedBytes() {
        long sentBytes = sink.transferredBytes();
        long arrivedBytes = sentBytes - sink.onItsWayBytes();
        return carriedBytes(sentBytes, arrivedBytes);
    }

    private long carriedBytes(long sentBytes, long arrivedBytes) {
        return endedBytes + Math.max(0, Math.min(sentBytes - startSentBytes, arrivedBytes - startArrivedBytes));
    }
}
