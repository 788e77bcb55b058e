package org.ramtracker.migrate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Times a switchover, and learns its fixed cost.
 *
 * <p>Threads: single-threaded, the agent's. Reads no clock: it is told the time.
 */
final class Stopwatch {
    private SwitchoverCost cost;
    private @Nullable Switchover switchover;
    private long pausedNanos;
    private long holdStartNanos;
    private long heldNanos;
    private long restNanos;

    Stopwatch(SwitchoverCost cost) {
        this.cost = cost;
    }

    /** The guest is asked to pause. */
    void pause(long now, Decision decision, MigrationStats stats, long bytesPerSecond) {
        pausedNanos = now;
        switchover = new Switchover(
                decision.rule(),
                stats.elapsedNanos(),
                ExpectedDowntime.toArriveBytes(stats),
                bytesPerSecond,
                stats.switchoverCostNanos(),
                decision.expectedDowntimeNanos(),
                decision.downtimeLimitNanos(),
                0,
                0);
    }

    /** The paused guest begins to wait for the operator. */
    void hold(long now) {
        holdStartNanos = now;
    }

    /** The operator lets it go on. */
    void release(long now) {
        heldNanos = now - holdStartNanos;
    }

    /** The last sync is done: so long should the rest take. */
    void expectRest(long nanos) {
        restNanos = nanos;
    }

    /** The destination has confirmed; returns the downtime. */
    long confirm(long now) {
        long downtimeNanos = now - pausedNanos;
        if (switchover != null) {
            switchover = switchover.ended(downtimeNanos, heldNanos);
        }
        learn(downtimeNanos - heldNanos);
        return downtimeNanos;
    }

    /** A switchover that was faster than its last pages alone should be says that the bandwidth was too low, and no more. */
    private void learn(long nanos) {
        if (restNanos <= nanos) {
            cost = cost.learn(nanos - restNanos);
        }
    }

    Optional<Switchover> switchover() {
        return Optional.ofNullable(switchover);
    }

    SwitchoverCost cost() {
        return cost;
    }
}
