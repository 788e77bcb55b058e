package org.ramtracker.sim.guest;

import org.ramtracker.memory.PageSize;

/**
 * How many steps a thread may make by when. Its time is <em>guest time</em>, which stands still while the guest is paused
 * or throttled; so a guest that is resumed does not make up for what it missed. Due steps are counted from the beginning
 * of time and not from call to call, so that rounding never adds up to a drift.
 *
 * <p>Threads: one, the guest thread's.
 */
final class Pacer implements Pace {
    /** Half of it on, half of it off. */
    static final long BURST_PERIOD_NANOS = 1_000_000_000L;

    /** A thread that got no CPU for longer than this does not make up for the rest. */
    static final long BACKLOG_NANOS_MAX = 100_000_000L;

    static final long REST_NANOS_MIN = 2_000_000L;
    static final long REST_NANOS_MAX = 10_000_000L;

    private static final long BURST_NANOS = BURST_PERIOD_NANOS / 2;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final GuestKind kind;
    private final PageSize pageSize;
    /** While it writes, which a bursty guest does half of the time. 0 = no limit. */
    private final long bytesPerSecond;

    private long stepsUsed;

    Pacer(GuestKind kind, long bytesPerSecond, PageSize pageSize, long startNanos) {
        this.kind = kind;
        this.pageSize = pageSize;
        this.bytesPerSecond = kind == GuestKind.BURSTY ? 2 * bytesPerSecond : bytesPerSecond;
        this.stepsUsed = stepsUntil(startNanos);
    }

    @Override
    public long due(long nowNanos) {
        if (kind == GuestKind.IDLE || isOff(nowNanos)) {
            return 0;
        }
        if (bytesPerSecond == 0) {
            return Long.MAX_VALUE;
        }
        stepsUsed = Math.max(stepsUsed, stepsUntil(nowNanos - BACKLOG_NANOS_MAX));
        return Math.max(0, stepsUntil(nowNanos) - stepsUsed);
    }

    @Override
    public void use(long steps) {
        stepsUsed += steps;
    }

    @Override
    public long restNanos() {
        if (bytesPerSecond == 0) {
            return REST_NANOS_MAX;
        }
        long stepNanos = (long) (pageSize.bytes() * (double) SECOND_NANOS / bytesPerSecond);
        return Math.clamp(stepNanos, REST_NANOS_MIN, REST_NANOS_MAX);
    }

    private boolean isOff(long nowNanos) {
        return kind == GuestKind.BURSTY && nowNanos % BURST_PERIOD_NANOS >= BURST_NANOS;
    }

    private long stepsUntil(long nanos) {
        long writing = Math.max(0, writingNanosUntil(nanos));
        long bytes = writing / SECOND_NANOS * bytesPerSecond
                + (long) (writing % SECOND_NANOS * (bytesPerSecond / (double) SECOND_NANOS));
        return pageSize.pageOf(bytes);
    }

    private long writingNanosUntil(long nanos) {
        if (kind != GuestKind.BURSTY) {
            return nanos;
        }
        return nanos / BURST_PERIOD_NANOS * BURST_NANOS + Math.min(nanos % BURST_PERIOD_NANOS, BURST_NANOS);
    }
}
