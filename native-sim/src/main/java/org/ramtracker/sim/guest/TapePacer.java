package org.ramtracker.sim.guest;

/**
 * Makes writes due when they come in the trace. A guest that got no CPU makes up for all of it, so that a replay stays with
 * the clock; time in which it is paused or throttled does not count.
 *
 * <p>Threads: one, the guest thread's; {@link #positionNanos} also any other while the guest is drained.
 */
final class TapePacer implements Pace {
    private static final long REST_NANOS = 2_000_000L;

    private final TraceTape tape;
    private final ReplaySource source;
    private final long originNanos;
    private final long startNanos;
    private long positionNanos;
    private long stepsUsed;

    /** Goes on at a position, which the guest time {@code startNanos} belongs to. */
    TapePacer(TraceTape tape, ReplaySource source, long originNanos, ThreadProgress progress) {
        this.tape = tape;
        this.source = source;
        this.originNanos = originNanos;
        this.positionNanos = originNanos;
        this.startNanos = progress.phaseNanos();
        this.stepsUsed = progress.steps();
    }

    @Override
    public long due(long nowNanos) {
        positionNanos = originNanos + Math.max(0, (long) ((nowNanos - startNanos) * source.speed()));
        return Math.max(0, tape.writesUntil(positionNanos) - stepsUsed);
    }

    @Override
    public void use(long steps) {
        stepsUsed += steps;
    }

    @Override
    public long restNanos() {
        return REST_NANOS;
    }

    TraceTape tape() {
        return tape;
    }

    /** What a destination goes on with. */
    ReplayState state() {
        return new ReplayState(positionNanos, source, tape.fingerprint());
    }
}
