package org.ramtracker.sim.guest;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One writing thread of a guest: enters the gate, makes the steps that are due in batches, leaves to rest.
 *
 * <p>Threads: {@link #run} has its own; the other methods may be called from any, and are exact while the guest is drained.
 */
final class GuestThread implements Runnable {
    private static final long THROTTLE_RUN_NANOS = 10_000_000L;
    private static final VarHandle STEPS;

    static {
        try {
            STEPS = MethodHandles.lookup().findVarHandle(GuestThread.class, "steps", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int number;
    private final StepMaker maker;
    private final PauseGate gate;
    private final Pace pacer;

    private volatile int throttlePercent;
    private volatile @Nullable Throwable failure;

    /** Written by {@link #run} with release after the marks of the steps it counts. */
    private long steps;

    /** Guest time of this thread less {@link PauseGate#guestNanos}: what it began with, less its throttled sleep. */
    private long offsetNanos;

    private long seenNanos;
    private long runSinceNanos;

    /** What the throttle demanded of the rest that the thread went into, 0 if it rests for its own reasons. */
    private long throttledNanos;

    private long restSinceNanos;

    GuestThread(int number, StepMaker maker, PauseGate gate, Pace pacer, ThreadProgress progress) {
        this.number = number;
        this.maker = maker;
        this.gate = gate;
        this.pacer = pacer;
        this.steps = progress.steps();
        this.offsetNanos = progress.phaseNanos();
        this.seenNanos = progress.phaseNanos();
        this.runSinceNanos = progress.phaseNanos();
    }

    @Override
    public void run() {
        try {
            long restNanos = 0;
            while (gate.enter(restNanos)) {
                settleThrottledRest();
                restNanos = writeUntilRest();
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    /** Writes until nothing is due, the throttle bites or the gate is held, and leaves; says how long to rest. */
    private long writeUntilRest() throws IOException {
        try {
            while (!gate.isHeld()) {
                long now = now();
                int throttle = throttlePercent;
                if (throttle > 0 && now - runSinceNanos >= THROTTLE_RUN_NANOS) {
                    return beginThrottledRest(now, throttle);
                }
                long due = Math.min(pacer.due(now), maker.batchStepsMax());
                if (due == 0) {
                    maker.rest(steps);
                    return pacer.restNanos();
                }
                pacer.use(makeSteps(due));
            }
            return 0;
        } finally {
            gate.leave();
        }
    }

    private long now() {
        seenNanos = gate.guestNanos() + offsetNanos;
        return seenNanos;
    }

    /** Rest that makes the time since the last one {@code 100 - throttle} percent of the whole. */
    private long beginThrottledRest(long nowNanos, int throttle) {
        long ran = Math.min(nowNanos - runSinceNanos, 2 * THROTTLE_RUN_NANOS);
        throttledNanos = ran * throttle / (100 - throttle);
        restSinceNanos = nowNanos - offsetNanos;
        runSinceNanos = nowNanos;
        return throttledNanos;
    }

    /** Throttled rest is no time of this thread. It is over sooner than demanded if the throttle was changed. */
    private void settleThrottledRest() {
        offsetNanos -= Math.min(throttledNanos, gate.guestNanos() - restSinceNanos);
        throttledNanos = 0;
    }

    private long makeSteps(long count) throws IOException {
        long end = maker.make(steps, count);
        long made = end - steps;
        STEPS.setRelease(this, end);
        return made;
    }

    void throttle(int percent) {
        throttlePercent = percent;
    }

    /** Steps made so far. */
    long steps() {
        return (long) STEPS.getAcquire(this);
    }

    /** Where this thread goes on; the guest must be drained. */
    ThreadProgress progress() {
        return new ThreadProgress(steps, seenNanos % Pacer.BURST_PERIOD_NANOS);
    }

    int number() {
        return number;
    }

    /** What ended this thread before its time. */
    Optional<IllegalStateException> failure() {
        return Optional.ofNullable(failure)
                .map(cause -> new IllegalStateException(
                        "guest thread %d died: %s".formatted(number, cause.getMessage()), cause));
    }
}
