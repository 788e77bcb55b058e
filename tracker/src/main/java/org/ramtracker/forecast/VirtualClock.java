package org.ramtracker.forecast;

import org.agrona.concurrent.NanoClock;

/**
 * Time that passes only where a model says so.
 *
 * <p>Threads: single-threaded.
 */
final class VirtualClock implements NanoClock {
    private long nowNanos;

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    void advance(long nanos) {
        nowNanos += nanos;
    }

    /** Does nothing if that time has passed already. */
    void advanceTo(long nanos) {
        nowNanos = Math.max(nowNanos, nanos);
    }
}
