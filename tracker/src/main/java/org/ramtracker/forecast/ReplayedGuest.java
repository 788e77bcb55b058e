package org.ramtracker.forecast;

import org.ramtracker.migrate.VcpuControl;

/**
 * The guest of a forecast: runs through its history while the clock does. Paused it stands still; throttled by p percent it
 * gets through {@code 100 - p} percent of its history in the same time.
 *
 * <p>Threads: single-threaded.
 */
final class ReplayedGuest implements VcpuControl {
    private static final long NEVER = Long.MAX_VALUE;
    private static final double WHOLE = 100;

    private final VirtualClock clock;
    private final double pace;
    private final long pauseNanos;

    private double ranNanos;
    private long accountedNanos;
    private long stopsAtNanos = NEVER;
    private int throttlePercent;

    /**
     * A guest that runs.
     *
     * @param clock what time it is
     * @param pace how fast it runs through its history, 1 = as recorded
     * @param pauseNanos from a request to pause until it is drained
     */
    ReplayedGuest(VirtualClock clock, double pace, long pauseNanos) {
        this.clock = clock;
        this.pace = pace;
        this.pauseNanos = pauseNanos;
    }

    /** How far it has come through its history. */
    long ranNanos() {
        long until = Math.min(clock.nanoTime(), stopsAtNanos);
        if (until > accountedNanos) {
            ranNanos += (until - accountedNanos) * pace * (1 - throttlePercent / WHOLE);
            accountedNanos = until;
        }
        return (long) ranNanos;
    }

    /** When a pause that was requested is complete. */
    long stopsAtNanos() {
        return stopsAtNanos;
    }

    @Override
    public boolean isRunning() {
        return true;
    }

    @Override
    public void requestPause() {
        stopsAtNanos = Math.min(stopsAtNanos, clock.nanoTime() + pauseNanos);
    }

    @Override
    public boolean isDrained() {
        return clock.nanoTime() >= stopsAtNanos;
    }

    @Override
    public void resume() {
        long ignored = ranNanos();
        stopsAtNanos = NEVER;
        accountedNanos = clock.nanoTime();
    }

    @Override
    public void throttle(int percent) {
        long ignored = ranNanos();
        throttlePercent = percent;
    }
}
