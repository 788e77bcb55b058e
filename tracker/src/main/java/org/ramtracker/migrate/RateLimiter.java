package org.ramtracker.migrate;

/**
 * Spreads {@code max-bandwidth} over time as QEMU does: a tenth of it in each window of 100 ms. What a window sends too
 * much, because a page cannot be cut, is taken off the windows that follow, so that large pages do not defeat a small limit;
 * what it sends too little is gone.
 *
 * <p>Threads: single-threaded, the agent's. Reads no clock: it is told the time.
 */
final class RateLimiter {
    /** Length of a window. */
    static final long WINDOW_NANOS = 100_000_000L;

    /** The allowance when there is no limit. */
    static final long UNLIMITED_BYTES = Long.MAX_VALUE;

    private static final int WINDOWS_PER_SECOND = 10;

    private long bytesPerSecond;
    private long budgetBytes;
    private long spentBytes;
    private long windowStartNanos;
    private boolean untouched = true;

    RateLimiter(long bytesPerSecond, long nowNanos) {
        windowStartNanos = nowNanos;
        limit(bytesPerSecond);
    }

    /**
     * From now on this much; 0 is unlimited. What this window sent within its old budget uses up no more than this window under
     * the new one: paid for by windows that follow, a burst at full speed would stop a link that is then limited for minutes.
     */
    void limit(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond == 0 ? UNLIMITED_BYTES : bytesPerSecond;
        long tooMuchBytes = Math.max(0, spentBytes - budgetBytes);
        budgetBytes = bytesPerSecond == 0 ? UNLIMITED_BYTES : Math.max(1, bytesPerSecond / WINDOWS_PER_SECOND);
        spentBytes = Math.min(spentBytes - tooMuchBytes, budgetBytes) + tooMuchBytes;
    }

    /** Begins the windows that began since it was last told the time. */
    void advanceTo(long nowNanos) {
        long windows = (nowNanos - windowStartNanos) / WINDOW_NANOS;
        windowStartNanos += windows * WINDOW_NANOS;
        untouched |= windows > 0;
        spentBytes = windows > spentBytes / budgetBytes ? 0 : spentBytes - windows * budgetBytes;
    }

    /** What this window may still send; 0 if it has to wait until {@link #reopensNanos}. */
    long allowanceBytes() {
        if (isUnlimited()) {
            return UNLIMITED_BYTES;
        }
        return Math.max(0, budgetBytes - spentBytes);
    }

    void charge(long bytes) {
        spentBytes += bytes;
        untouched &= bytes == 0;
    }

    boolean isUnlimited() {
        return budgetBytes == UNLIMITED_BYTES;
    }

    /** The limit; {@link #UNLIMITED_BYTES} without one. */
    long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Whether this window has sent nothing yet. */
    boolean isUntouched() {
        return untouched;
    }

    /** Start of the window that it was told last. */
    long windowStartNanos() {
        return windowStartNanos;
    }

    /** End of the window that it was told last. */
    long windowEndNanos() {
        return windowStartNanos + WINDOW_NANOS;
    }

    /** Start of the first window that may send, for a limiter without allowance. */
    long reopensNanos() {
        return windowStartNanos + Math.max(1, spentBytes / budgetBytes) * WINDOW_NANOS;
    }
}
