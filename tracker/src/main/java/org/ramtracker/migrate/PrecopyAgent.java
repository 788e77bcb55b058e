package org.ramtracker.migrate;

import static org.ramtracker.migrate.MigrationCounter.DOWNTIME;
import static org.ramtracker.migrate.MigrationCounter.LAST_SYNC_DIRTY;
import static org.ramtracker.migrate.MigrationCounter.PAGE_SIZE;
import static org.ramtracker.migrate.MigrationCounter.STATUS;
import static org.ramtracker.migrate.MigrationCounter.THROTTLE;
import static org.ramtracker.migrate.MigrationCounter.TOTAL;
import static org.ramtracker.migrate.MigrationCounter.TOTAL_TIME;

import java.io.IOException;
import java.util.Optional;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;
import org.ramtracker.migrate.Decision.Action;
import org.ramtracker.migrate.MigrationOutcome.GuestAt;

/**
 * One attempt to migrate a guest's RAM by pre-copy: pages move while the guest runs, until what remains can be sent within
 * the downtime limit; then the guest is paused, the rest follows, and the destination takes over.
 *
 * <pre>
 *  log        agent         sink                  vcpu
 *   |           |             |                     |
 *   |&lt;- start --|             |                     |     SETUP   every page is pending; first sync
 *   |&lt;- sync ---|-- begin ---&gt;|                     |
 *   |           |-- offer* --&gt;|                     |     ACTIVE  passes, under max-bandwidth
 *   |&lt;- sync ---|             |                     |             at the end of each, and when the policy says
 *   |           |-- offer* --&gt;|                     |             that the rest fits; it is asked again after the sync
 *   |           |------------------ requestPause --&gt;|     DEVICE  downtime begins
 *   |           |------------------ isDrained* ----&gt;|
 *   |&lt;- sync ---|-- offer* --&gt;|                     |             the rest, at full speed
 *   |           |-- finish* -&gt;| (confirmed)         |             downtime ends
 *   |           |-- commit* -&gt;|                     |             point of no return: the first call
 *   |&lt;- stop ---|             |                     |     COMPLETED
 * </pre>
 *
 * <p>(An asterisk marks what is polled, once in a slice.) Any exception from any port before the first {@code commit} makes it
 * FAILED, a cancel makes it CANCELLED; both put the dirty bits back, stop the log, abort the sink and take the pause back,
 * each of them even if another one throws. The guest then runs as its manager wants it to, and nothing is lost: the round
 * holds every page that was ever harvested, and a new attempt over the same round succeeds as if it were the first.
 *
 * <p>From the first {@code commit} on the guest exists at the destination only and is never resumed here. An exception after
 * that ends in COMPLETED with a message; if it came from {@code commit} itself, nobody can know whether the destination
 * was told, and the outcome says {@link GuestAt#DESTINATION_UNTOLD}. Calling that FAILED would invite somebody to run the
 * guest twice; leaving it stopped twice can be put right by hand.
 *
 * <p>{@code dirty-sync-count} is QEMU's: the sync at set-up makes it 1, so it is the number of the pass; the one before the
 * pause and the one after it count as well.
 *
 * <p>Bounds: {@link #doWork} does one slice of at most 50 ms, if the ports keep their word not to wait, and returns 0 if it
 * could do nothing. A sync cannot be cut and may make a slice longer.
 *
 * <p>Threads: {@link #doWork} and {@link #onClose} belong to one thread at a time. {@link #control}, {@link #stats} and
 * {@link #outcome} are anybody's.
 */
public final class PrecopyAgent implements Agent {
    /** Longest slice. */
    public static final long SLICE_NANOS_MAX = 50_000_000L;

    private final MigrationPorts ports;
    private final RamSink sink;
    private final MigrationListener listener;
    private final MigrationControl control;
    private final Commands commands = new Commands();
    private final StatsBoard board;
    private final PageSender sender;
    private final Measurements measurements;
    private final Judge judge;
    private final Stopwatch stopwatch;
    private final RateLimiter unlimited = new RateLimiter(0, 0);

    private Phase phase = Phase.IDLE;
    private boolean cancelRequested;
    private boolean continueRequested;
    private boolean pauseRequested;
    private boolean throttleTouched;
    private RateLimiter limiter;
    private long wakeupNanos;
    private volatile @Nullable MigrationOutcome outcome;

    private PrecopyAgent(Builder builder) {
        ports = builder.ports;
        sink = ports.sink();
        listener = builder.listener;
        control = new MigrationControl(builder.parameters);
        board = new StatsBoard(builder.counters);
        sender = new PageSender(ports);
        measurements = new Measurements(ports, sender, board, builder.switchoverCost);
        judge = new Judge(builder.policy, builder.parameters, board);
        stopwatch = new Stopwatch(builder.switchoverCost);
        limiter = new RateLimiter(builder.parameters.maxBandwidthBytesPerSecond(), 0);
        board.set(TOTAL, ports.memory().totalBytes());
        board.set(PAGE_SIZE, ports.memory().pageSize().bytes());
        board.publish();
    }

    /**
     * Begins the description of an attempt.
     *
     * @param ports the world
     * @return a builder with QEMU's default parameters and rule
     */
    public static Builder builder(MigrationPorts ports) {
        return new Builder(ports);
    }

    /**
     * The handle for commands.
     *
     * @return the same one each time
     */
    public MigrationControl control() {
        return control;
    }

    /**
     * The figures at the end of the last slice.
     *
     * @return a consistent snapshot
     */
    public MigrationStats stats() {
        return board.read();
    }

    /**
     * How it ended.
     *
     * @return empty until it is over; once it is there, {@link #stats} answers with the last figures
     */
    public Optional<MigrationOutcome> outcome() {
        return Optional.ofNullable(outcome);
    }

    /**
     * A hint for idle strategies and virtual clocks, after {@link #doWork} returned 0: before this time calling it again is
     * of no use, unless a command is given.
     *
     * @return a time of the clock; one that is not in the future means that a port is being polled
     */
    public long nextWakeupNanos() {
        return wakeupNanos;
    }

    @Override
    public String roleName() {
        return "precopy";
    }

    /**
     * Does one slice.
     *
     * @return 0 if nothing could be done, or if it is over
     */
    @Override
    public int doWork() {
        if (phase == Phase.OVER) {
            return 0;
        }
        int work;
        try {
            work = takeCommands() + (cancelRequested ? cancel(null) : step());
            refresh();
        } catch (Throwable t) { // whatever it was, the guest must not stay paused
            fail(t);
            work = 1;
        }
        show();
        return work;
    }

    /** Ends the attempt if it is not over: cancels it, or, after the point of no return, leaves the guest to the destination. */
    @Override
    public void onClose() {
        if (phase == Phase.OVER) {
            return;
        }
        if (phase == Phase.COMMITTING) {
            fail(new IllegalStateException("the agent was closed"));
        } else {
            cancel(null);
        }
        show();
    }

    private int step() throws IOException {
        return switch (phase) {
            case IDLE -> setUp();
            case OPENING -> open();
            case COPYING -> copy();
            case PAUSING -> awaitDrained();
            case HOLDING -> awaitContinue();
            case SENDING_REST -> sendRest();
            case FINISHING -> finish();
            case COMMITTING -> commit();
            case OVER -> 0;
        };
    }

    private int takeCommands() {
        int work = control.drainTo(commands);
        MigrationParameters wanted = control.parameters();
        if (wanted.equals(judge.parameters())) {
            return work;
        }
        judge.setParameters(wanted);
        limiter.limit(wanted.maxBandwidthBytesPerSecond());
        return work + 1;
    }

    private int setUp() {
        measurements.start(now());
        enter(MigrationStatus.SETUP);
        listener.onDowntimeLimit(0, judge.parameters().downtimeLimitNanos());
        ports.log().start();
        phase = Phase.OPENING;
        ports.round().addEveryPage();
        sync();
        return 1;
    }

    private int open() throws IOException {
        if (!sink.begin()) {
            Decision decision = decide();
            return decision.action() == Action.CANCEL ? cancel(decision.reason()) : idleUntil(now());
        }
        long now = now();
        limiter = new RateLimiter(judge.parameters().maxBandwidthBytesPerSecond(), now);
        measurements.open(now);
        phase = Phase.COPYING;
        enter(MigrationStatus.ACTIVE);
        return 1;
    }

    private int copy() throws IOException {
        long now = now();
        limiter.advanceTo(now);
        if (measurements.updateBandwidth(now)) {
            judge.somethingChanged();
        }
        if (judge.isDue(now) || pendingPages() == 0) {
            Decision decision = decide();
            if (decision.action() == Action.CANCEL) {
                return cancel(decision.reason());
            }
            if (judge.wantsSync(decision, measurements.remainingBytes(), measurements.passNanos(now))) {
                return endPass();
            }
        }
        return sendSome(now);
    }

    private int sendSome(long now) throws IOException {
        long pages = sender.send(now, now + SLICE_NANOS_MAX, limiter);
        flush();
        if (pages > 0) {
            judge.somethingChanged();
            return 1;
        }
        if (pendingPages() == 0) {
            return idleUntil(judge.nextNanos());
        }
        boolean limited = limiter.allowanceBytes() == 0;
        return idleUntil(limited ? Math.min(limiter.reopensNanos(), judge.nextNanos()) : now);
    }

    /** A sink that collects small runs sends them here, so this counts against the limit as well. */
    private void flush() throws IOException {
        long before = sink.transferredBytes();
        sink.flush();
        limiter.charge(sink.transferredBytes() - before);
    }

    /** Syncs, asks again, and pauses the guest if the answer is to switch over now that it is known what the guest dirtied. */
    private int endPass() {
        long remainingBytes = measurements.remainingBytes();
        long passNanos = measurements.passNanos(now());
        long foundPages = board.get(LAST_SYNC_DIRTY);
        sync();
        Decision decision = decide();
        if (decision.action() == Action.SWITCH_OVER) {
            switchOver(decision);
        } else {
            judge.synced(remainingBytes, passNanos, foundPages, board.get(LAST_SYNC_DIRTY));
        }
        return 1;
    }

    private Decision decide() {
        long now = now();
        measurements.refresh(now);
        long limit = board.get(MigrationCounter.DOWNTIME_LIMIT);
        Decision decision = judge.decide(now);
        if (decision.downtimeLimitNanos() != limit) {
            listener.onDowntimeLimit(measurements.elapsedNanos(now), decision.downtimeLimitNanos());
        }
        if (decision.throttlePercent() != board.get(THROTTLE)) {
            throttle(now, decision.throttlePercent());
        }
        return decision;
    }

    private void throttle(long now, int percent) {
        throttleTouched = true;
        ports.vcpu().throttle(percent);
        board.set(THROTTLE, percent);
        listener.onThrottle(measurements.elapsedNanos(now), percent);
    }

    private void switchOver(Decision decision) {
        boolean holds = judge.parameters().isOn(MigrationParameter.PAUSE_BEFORE_SWITCHOVER);
        if (!holds) {
            enter(MigrationStatus.DEVICE);
        }
        phase = Phase.PAUSING;
        pauseRequested = true;
        stopwatch.pause(now(), decision, board.current(), switchoverBytesPerSecond());
        ports.vcpu().requestPause();
    }

    private int awaitDrained() {
        if (!ports.vcpu().isDrained()) {
            return idleUntil(now());
        }
        if (board.get(STATUS) == MigrationStatus.DEVICE.code()) {
            return beginRest();
        }
        phase = Phase.HOLDING;
        stopwatch.hold(now());
        continueRequested = false;
        enter(MigrationStatus.PRE_SWITCHOVER);
        return 1;
    }

    private int awaitContinue() {
        if (!continueRequested && judge.parameters().isOn(MigrationParameter.PAUSE_BEFORE_SWITCHOVER)) {
            return idleUntil(now());
        }
        stopwatch.release(now());
        enter(MigrationStatus.DEVICE);
        return beginRest();
    }

    private int beginRest() {
        sync();
        stopwatch.expectRest(Rates.nanosFor(measurements.remainingBytes(), switchoverBytesPerSecond()));
        phase = Phase.SENDING_REST;
        return 1;
    }

    private long switchoverBytesPerSecond() {
        return ExpectedDowntime.bytesPerSecond(measurements.wireBytesPerSecond(), judge.parameters());
    }

    private int sendRest() throws IOException {
        long now = now();
        long pages = sender.send(now, now + SLICE_NANOS_MAX, unlimited);
        if (pendingPages() == 0) {
            phase = Phase.FINISHING;
            return 1;
        }
        return pages > 0 ? 1 : idleUntil(now);
    }

    private int finish() throws IOException {
        if (!sink.finish()) {
            return idleUntil(now());
        }
        board.set(DOWNTIME, stopwatch.confirm(now()));
        phase = Phase.COMMITTING;
        return 1 + commit();
    }

    private int commit() throws IOException {
        if (!sink.commit()) {
            return idleUntil(now());
        }
        refresh();
        giveUpGuest(new Cleanup(), GuestAt.DESTINATION);
        return 1;
    }

    private int cancel(@Nullable String reason) {
        Cleanup cleanup = Cleanup.because(reason);
        cleanup.run("announcing the cancel", () -> enter(MigrationStatus.CANCELLING));
        rollBack(cleanup, MigrationStatus.CANCELLED);
        return 1;
    }

    private void fail(Throwable failure) {
        Cleanup cleanup = Cleanup.after(phase.doing(), failure);
        if (phase == Phase.COMMITTING) {
            giveUpGuest(cleanup, GuestAt.DESTINATION_UNTOLD);
        } else {
            rollBack(cleanup, MigrationStatus.FAILED);
        }
    }

    private void rollBack(Cleanup cleanup, MigrationStatus status) {
        cleanup.run("putting the dirty pages back", ports.round()::putBack);
        cleanup.run("stopping the dirty log", ports.log()::stop);
        cleanup.run("aborting the stream", sink::abort);
        liftThrottle(cleanup);
        if (pauseRequested) {
            cleanup.run("resuming the guest", ports.vcpu()::resume);
        }
        conclude(cleanup, status, GuestAt.SOURCE);
    }

    private void giveUpGuest(Cleanup cleanup, GuestAt guestAt) {
        cleanup.run("forgetting what was sent", ports.round()::commit);
        cleanup.run("stopping the dirty log", ports.log()::stop);
        liftThrottle(cleanup);
        conclude(cleanup, MigrationStatus.COMPLETED, guestAt);
    }

    private void liftThrottle(Cleanup cleanup) {
        if (throttleTouched) {
            cleanup.run("lifting the guest's throttle", () -> throttle(now(), 0));
        }
    }

    private void conclude(Cleanup cleanup, MigrationStatus status, GuestAt guestAt) {
        if (phase != Phase.IDLE) {
            board.set(TOTAL_TIME, measurements.elapsedNanos(now()));
        }
        board.set(STATUS, status.code());
        // Before the outcome: whoever sees that it is over finds the last figures.
        cleanup.run("publishing the figures", board::publish);
        outcome = new MigrationOutcome(
                status, cleanup.message(), cleanup.cause(), guestAt, stopwatch.switchover(), stopwatch.cost());
        phase = Phase.OVER;
    }

    private void enter(MigrationStatus status) {
        board.set(STATUS, status.code());
        board.publish();
        listener.onStatus(status);
    }

    /** Shows the figures, and says it was the end if it was. */
    private void show() {
        board.publish();
        if (phase == Phase.OVER) {
            listener.onStatus(board.current().status());
        }
    }

    private void sync() {
        long begun = now();
        long dirtyPages = ports.round().collect();
        long ended = now();
        if (phase != Phase.OPENING) {
            measurements.dirtied(ended, dirtyPages);
        }
        long pass = measurements.synced(begun, ended, dirtyPages);
        judge.somethingChanged();
        listener.onPass(pass);
    }

    private void refresh() {
        if (phase == Phase.IDLE || phase == Phase.OVER) {
            return;
        }
        measurements.refresh(now());
        if (phase == Phase.COPYING) {
            board.set(
                    MigrationCounter.EXPECTED_DOWNTIME,
                    ExpectedDowntime.nanos(
                            measurements.remainingBytes(),
                            switchoverBytesPerSecond(),
                            board.get(MigrationCounter.SWITCHOVER_COST)));
        }
    }

    private long pendingPages() {
        return ports.round().pending().count();
    }

    private long now() {
        return ports.clock().nanoTime();
    }

    private int idleUntil(long nanos) {
        wakeupNanos = nanos;
        return 0;
    }

    private final class Commands extends MigrationControl.Handler {
        @Override
        void onCancel() {
            cancelRequested = phase != Phase.COMMITTING;
        }

        @Override
        void onContinueSwitchover() {
            continueRequested = true;
        }
    }

    /** Describes an attempt. */
    public static final class Builder {
        private final MigrationPorts ports;
        private MigrationParameters parameters = MigrationParameters.defaults();
        private ConvergencePolicy policy = ConvergencePolicy.standard();
        private SwitchoverCost switchoverCost = SwitchoverCost.unknown();
        private MigrationListener listener = MigrationListener.NONE;
        private @Nullable MigrationCounters counters;

        private Builder(MigrationPorts ports) {
            this.ports = ports;
        }

        /**
         * What the operator set.
         *
         * @param parameters the values at the start; commands change them later
         * @return this
         */
        public Builder parameters(MigrationParameters parameters) {
            this.parameters = parameters;
            return this;
        }

        /**
         * When to stop the guest.
         *
         * @param policy the rules
         * @return this
         */
        public Builder policy(ConvergencePolicy policy) {
            this.policy = policy;
            return this;
        }

        /**
         * What is known about the fixed cost of a switchover.
         *
         * @param cost what the outcome of the last attempt said
         * @return this
         */
        public Builder switchoverCost(SwitchoverCost cost) {
            this.switchoverCost = cost;
            return this;
        }

        /**
         * Who is told what happens.
         *
         * @param listener called on the agent's thread
         * @return this
         */
        public Builder listener(MigrationListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Where the figures are published besides {@link PrecopyAgent#stats}.
         *
         * @param counters the counters; they stay the caller's to close
         * @return this
         */
        public Builder counters(MigrationCounters counters) {
            this.counters = counters;
            return this;
        }

        /**
         * Makes the agent. Nothing happens before its first slice.
         *
         * @return an agent for one attempt
         */
        public PrecopyAgent build() {
            return new PrecopyAgent(this);
        }
    }
}
