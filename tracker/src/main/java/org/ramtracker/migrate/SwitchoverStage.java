package org.ramtracker.migrate;

import static org.ramtracker.migrate.MigrationCounter.DOWNTIME;

import java.io.IOException;

/**
 * The part of an attempt in which the guest is paused: pause and drain, wait for the operator if that is wanted, last sync,
 * the rest of the pages, device state, the destination's word.
 *
 * <p>Threads: single-threaded, the agent's.
 */
final class SwitchoverStage {
    private final Attempt attempt;
    private final Stopwatch stopwatch;
    private final RateLimiter unlimited = new RateLimiter(0, 0);
    private boolean holds;
    private boolean continueRequested;

    SwitchoverStage(Attempt attempt) {
        this.attempt = attempt;
        stopwatch = attempt.stopwatch;
    }

    /** The operator says to go on; counts only while the guest is held. */
    void continueRequested() {
        continueRequested = attempt.phase == Phase.HOLDING;
    }

    /** Asks for the pause. As in QEMU, an attempt that will hold is {@code active} until the guest is paused. */
    void begin(Decision decision) {
        holds = isHoldWanted();
        if (!holds) {
            attempt.enter(MigrationStatus.DEVICE);
        }
        attempt.phase = Phase.PAUSING;
        attempt.pauseRequested = true;
        stopwatch.pause(attempt.now(), decision, attempt.board.current(), attempt.switchoverBytesPerSecond());
        attempt.ports.vcpu().requestPause();
    }

    int awaitDrained() {
        if (!attempt.ports.vcpu().isDrained()) {
            return attempt.idleUntil(attempt.now());
        }
        return holds ? hold() : beginRest();
    }

    private int hold() {
        attempt.phase = Phase.HOLDING;
        stopwatch.hold(attempt.now());
        attempt.enter(MigrationStatus.PRE_SWITCHOVER);
        return 1;
    }

    int awaitContinue() {
        if (!continueRequested && isHoldWanted()) {
            return attempt.idleUntil(attempt.now());
        }
        stopwatch.release(attempt.now());
        attempt.enter(MigrationStatus.DEVICE);
        return beginRest();
    }

    private boolean isHoldWanted() {
        return attempt.judge.parameters().isOn(MigrationParameter.PAUSE_BEFORE_SWITCHOVER);
    }

    private int beginRest() {
        attempt.sync();
        stopwatch.expectRest(Rates.nanosFor(attempt.toArriveBytes(), attempt.switchoverBytesPerSecond()));
        attempt.phase = Phase.SENDING_REST;
        return 1;
    }

    int sendRest() throws IOException {
        long now = attempt.now();
        long pages = attempt.sender.send(now, now + PrecopyAgent.SLICE_NANOS_MAX, unlimited);
        if (attempt.remainingBytes() == 0) {
            attempt.phase = Phase.FINISHING;
            return 1;
        }
        return pages > 0 ? 1 : attempt.idleUntil(now);
    }

    /** Polls for the destination's word; true once it is there and the guest is its. */
    boolean finish() throws IOException {
        if (!attempt.sink.finish()) {
            return false;
        }
        attempt.board.set(DOWNTIME, stopwatch.confirm(attempt.now()));
        attempt.phase = Phase.COMMITTING;
        return true;
    }
}
