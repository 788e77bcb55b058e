package org.ramtracker.migrate;

import static org.ramtracker.migrate.MigrationCounter.DOWNTIME_LIMIT;
import static org.ramtracker.migrate.MigrationCounter.EXPECTED_DOWNTIME;
import static org.ramtracker.migrate.MigrationCounter.PAGE_SIZE;
import static org.ramtracker.migrate.MigrationCounter.STATUS;
import static org.ramtracker.migrate.MigrationCounter.SWITCHOVER_COST;
import static org.ramtracker.migrate.MigrationCounter.THROTTLE;
import static org.ramtracker.migrate.MigrationCounter.TOTAL;

import org.jspecify.annotations.Nullable;
import org.ramtracker.migrate.Decision.Action;

/**
 * What the stages of one attempt share: the world, the figures, the judge, and how far the attempt has come.
 *
 * <p>Threads: single-threaded, the agent's; {@link #board} says what of it others may read.
 */
final class Attempt {
    final MigrationPorts ports;
    final RamSink sink;
    final StatsBoard board;
    final PageSender sender;
    final Measurements measurements;
    final Judge judge;
    final Stopwatch stopwatch;
    private final MigrationListener listener;

    Phase phase = Phase.IDLE;
    boolean cancelWanted;

    @Nullable
    String cancelReason;

    boolean pauseRequested;
    private boolean throttleTouched;
    private long wakeupNanos;
    private long changeNanos;

    Attempt(MigrationPorts ports, Judge judge, SwitchoverCost cost, StatsBoard board, MigrationListener listener) {
        this.ports = ports;
        this.sink = ports.sink();
        this.board = board;
        this.judge = judge;
        this.listener = listener;
        sender = new PageSender(ports);
        measurements = new Measurements(ports, sender, board, cost);
        stopwatch = new Stopwatch(cost);
        board.set(TOTAL, ports.memory().totalBytes());
        board.set(PAGE_SIZE, ports.memory().pageSize().bytes());
    }

    void enter(MigrationStatus status) {
        board.set(STATUS, status.code());
        board.publish();
        listener.onStatus(status);
    }

    /** Shows the figures, and says it was the end if it was. */
    void show() {
        board.publish();
        if (phase == Phase.OVER) {
            listener.onStatus(board.current().status());
        }
    }

    void setUp() {
        long now = now();
        measurements.start(now);
        enter(MigrationStatus.SETUP);
        setDowntimeLimit(now, judge.parameters().downtimeLimitNanos());
        ports.log().start();
        phase = Phase.OPENING;
        ports.round().addEveryPage();
        sync();
    }

    void sync() {
        long begun = now();
        long dirtyPages = ports.round().collect();
        long ended = now();
        if (phase != Phase.OPENING) {
            measurements.dirtied(ended, dirtyPages);
        }
        long pass = measurements.synced(begun, ended, dirtyPages);
        judge.somethingChanged();
        sink.passBegins(pass);
        listener.onPass(pass);
    }

    /** Asks the policy, and does what it says about limit, throttle and cancel; the rest is the caller's. */
    Decision decide() {
        long now = now();
        measurements.refresh(now);
        Decision decision = judge.decide(now);
        board.set(EXPECTED_DOWNTIME, decision.expectedDowntimeNanos());
        if (decision.downtimeLimitNanos() != board.get(DOWNTIME_LIMIT)) {
            setDowntimeLimit(now, decision.downtimeLimitNanos());
        }
        if (decision.throttlePercent() != board.get(THROTTLE)) {
            throttle(now, decision.throttlePercent());
        }
        if (decision.action() == Action.CANCEL) {
            cancelWanted = true;
            cancelReason = decision.reason();
        }
        return decision;
    }

    private void setDowntimeLimit(long now, long nanos) {
        board.set(DOWNTIME_LIMIT, nanos);
        listener.onDowntimeLimit(measurements.elapsedNanos(now), nanos);
    }

    private void throttle(long now, int percent) {
        throttleTouched = true; // before the call: one that throws may have done half of it
        ports.vcpu().throttle(percent);
        board.set(THROTTLE, percent);
        listener.onThrottle(measurements.elapsedNanos(now), percent);
    }

    /** However it ends, the guest gets its full speed back. */
    void liftThrottle() {
        if (throttleTouched) {
            throttle(now(), 0);
        }
    }

    /** Brings the figures up to date, for whoever looks at the end of a slice. */
    void refresh() {
        if (phase == Phase.IDLE || phase == Phase.OVER) {
            return;
        }
        measurements.refresh(now());
        if (phase == Phase.COPYING) {
            long cost = board.get(SWITCHOVER_COST);
            board.set(EXPECTED_DOWNTIME, ExpectedDowntime.nanos(toArriveBytes(), switchoverBytesPerSecond(), cost));
        }
    }

    /** What the expected downtime divides by. */
    long switchoverBytesPerSecond() {
        return ExpectedDowntime.bytesPerSecond(measurements.wireBytesPerSecond(), judge.parameters());
    }

    long remainingBytes() {
        return measurements.remainingBytes();
    }

    /** What remains, and what is on its way. */
    long toArriveBytes() {
        return remainingBytes() + sink.inFlightBytes();
    }

    long now() {
        return ports.clock().nanoTime();
    }

    /** The answer of a slice that can do nothing before that time. */
    int idleUntil(long nanos) {
        return idleUntil(nanos, nanos);
    }

    /** The answer of a slice that can only ask the policy again before {@code nextChangeNanos}. */
    int idleUntil(long nanos, long nextChangeNanos) {
        wakeupNanos = nanos;
        changeNanos = nextChangeNanos;
        return 0;
    }

    long changeNanos() {
        return changeNanos;
    }

    long wakeupNanos() {
        return wakeupNanos;
    }
}
