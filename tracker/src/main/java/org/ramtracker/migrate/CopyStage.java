package org.ramtracker.migrate;

import static org.ramtracker.migrate.MigrationCounter.LAST_SYNC_DIRTY;

import java.io.IOException;
import org.ramtracker.migrate.Decision.Action;

/**
 * The part of an attempt in which the guest runs: passes over what is dirty, under the rate limit, until the policy says to
 * switch over.
 *
 * <p>Threads: single-threaded, the agent's.
 */
final class CopyStage {
    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final Attempt attempt;
    private final Judge judge;
    private final Measurements measurements;
    private RateLimiter limiter;

    /** Since when there is nothing to send and the next sync is not due; {@link #NOT_WAITING} otherwise. */
    private long waitingSinceNanos = NOT_WAITING;

    CopyStage(Attempt attempt) {
        this.attempt = attempt;
        judge = attempt.judge;
        measurements = attempt.measurements;
        limiter = new RateLimiter(judge.parameters().maxBandwidthBytesPerSecond(), 0);
    }

    /** The operator set another {@code max-bandwidth}, perhaps. */
    void limitBandwidth() {
        limiter.limit(judge.parameters().maxBandwidthBytesPerSecond());
    }

    /** Polls the sink until the first page can be sent. Of the rules only a deadline that cancels counts here. */
    int open() throws IOException {
        if (!attempt.sink.begin()) {
            attempt.decide();
            return attempt.idleUntil(attempt.now());
        }
        long now = attempt.now();
        limiter = new RateLimiter(judge.parameters().maxBandwidthBytesPerSecond(), now);
        measurements.open(now);
        judge.somethingChanged();
        attempt.phase = Phase.COPYING;
        attempt.enter(MigrationStatus.ACTIVE);
        return 1;
    }

    /** One slice: judges, and syncs or sends. */
    int copy(SwitchoverStage next) throws IOException {
        long now = attempt.now();
        limiter.advanceTo(now);
        endWait(now);
        if (measurements.updateBandwidth(now, limiter)) {
            judge.somethingChanged();
        }
        if (judge.isDue(now) || attempt.remainingBytes() == 0) {
            Decision decision = attempt.decide();
            if (decision.action() == Action.CANCEL) {
                return 1;
            }
            if (attempt.sink.isAnswered()
                    && judge.wantsSync(decision, attempt.remainingBytes(), measurements.passNanos(now))) {
                return endPass(next);
            }
        }
        return send(now);
    }

    private void endWait(long now) {
        if (waitingSinceNanos != NOT_WAITING) {
            measurements.waited(now - waitingSinceNanos);
            waitingSinceNanos = NOT_WAITING;
        }
    }

    private int send(long now) throws IOException {
        long pages = attempt.sender.send(now, now + PrecopyAgent.SLICE_NANOS_MAX, limiter);
        flush();
        if (pages > 0) {
            judge.somethingChanged();
            return 1;
        }
        if (attempt.remainingBytes() == 0) {
            waitingSinceNanos = now;
            return attempt.idleUntil(now + Judge.INTERVAL_NANOS - measurements.passNanos(now));
        }
        if (limiter.allowanceBytes() > 0) {
            return attempt.idleUntil(now);
        }
        long wakeup = Math.min(limiter.reopensNanos(), judge.nextNanos());
        // In a window that sends nothing, because one before it sent too much, any poll may close a measurement of the
        // bandwidth.
        long change = limiter.isUntouched() ? wakeup : Math.max(wakeup, limiter.windowEndNanos());
        return attempt.idleUntil(wakeup, change);
    }

    /** A sink that collects small runs sends them here, so this counts against the limit as well. */
    private void flush() throws IOException {
        long before = attempt.sink.committedBytes();
        attempt.sink.flush();
        limiter.charge(attempt.sink.committedBytes() - before);
    }

    /** Syncs, asks again, and pauses the guest if the answer is to switch over now that it is known what the guest dirtied. */
    private int endPass(SwitchoverStage next) {
        long remainingBytes = attempt.remainingBytes();
        long passNanos = measurements.passNanos(attempt.now());
        long foundPages = attempt.board.get(LAST_SYNC_DIRTY);
        attempt.sync();
        Decision decision = attempt.decide();
        if (decision.action() == Action.SWITCH_OVER) {
            next.begin(decision);
        } else {
            judge.synced(remainingBytes, passNanos, foundPages, attempt.board.get(LAST_SYNC_DIRTY));
        }
        return 1;
    }
}
