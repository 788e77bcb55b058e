package org.ramtracker.migrate;

import static org.ramtracker.migrate.MigrationCounter.STATUS;
import static org.ramtracker.migrate.MigrationCounter.TOTAL_TIME;

import java.io.IOException;
import java.util.Optional;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;
import org.ramtracker.migrate.MigrationOutcome.GuestAt;

/**
 * One attempt to migrate a guest's RAM by pre-copy: pages move while the guest runs, until a {@link ConvergencePolicy} says
 * to switch over; then the guest is paused, the rest follows, and the destination takes over.
 *
 * <pre>
 *  log        agent         sink                  vcpu
 *   |           |             |                     |
 *   |&lt;- start --|             |                     |     SETUP   every page is pending; first sync
 *   |&lt;- sync ---|-- begin ---&gt;|                     |
 *   |           |-- offer* --&gt;|                     |     ACTIVE  passes, under max-bandwidth
 *   |&lt;- sync ---|             |                     |             at the end of each, and when the policy says
 *   |           |-- offer* --&gt;|                     |             to switch over; it is asked again after the sync
 *   |           |---------------------- throttle --&gt;|             as the policy says
 *   |           |------------------ requestPause --&gt;|     DEVICE  downtime begins
 *   |           |------------------ isDrained* ----&gt;|             (PRE_SWITCHOVER until told to go on, if wanted)
 *   |&lt;- sync ---|-- offer* --&gt;|                     |             the rest, at full speed
 *   |           |-- finish* -&gt;| (confirmed)         |             downtime ends
 *   |           |-- commit* -&gt;|                     |             point of no return: the first call
 *   |&lt;- stop ---|             |                     |     COMPLETED
 * </pre>
 *
 * <p>(An asterisk marks what is polled, once in a slice.) Any exception from any port before the first {@code commit} makes it
 * FAILED, a cancel makes it CANCELLED; both put the dirty bits back, stop the log, abort the sink, lift the throttle and take the
 * pause back, each of them even if another one throws. The guest then runs as its manager wants it to, and nothing is lost: the round
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
 * <p>Threads: {@link #doWork}, {@link #onClose}, {@link #status}, {@link #nextWakeupNanos} and {@link #nextChangeNanos} belong to
 * one thread at a time. {@link #control}, {@link #stats} and {@link #outcome} are anybody's.
 */
public final class PrecopyAgent implements Agent {
    /** Longest slice. */
    public static final long SLICE_NANOS_MAX = 50_000_000L;

    /** The policy is asked this often even if nothing changes. */
    public static final long POLICY_INTERVAL_NANOS = Judge.INTERVAL_NANOS;

    private final MigrationControl control;
    private final Commands commands = new Commands();
    private final StatsBoard board;
    private final Judge judge;
    private final Attempt attempt;
    private final CopyStage copyStage;
    private final SwitchoverStage switchoverStage;
    private volatile @Nullable MigrationOutcome outcome;

    private PrecopyAgent(Builder builder) {
        control = new MigrationControl(builder.parameters);
        board = new StatsBoard(builder.counters);
        judge = new Judge(builder.policy, builder.parameters, board);
        attempt = new Attempt(builder.ports, judge, builder.switchoverCost, board, builder.listener);
        copyStage = new CopyStage(attempt);
        switchoverStage = new SwitchoverStage(attempt);
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
     * Where the migration is, as {@link #stats} say. For the agent's thread, between two slices: allocates nothing.
     *
     * @return the status
     */
    public MigrationStatus status() {
        return MigrationStatus.ofCode(board.get(STATUS));
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
        return attempt.wakeupNanos();
    }

    /**
     * As {@link #nextWakeupNanos}, for virtual clocks: until then the policy would be asked, and would look at the time and at what is
     * on its way, every {@link #POLICY_INTERVAL_NANOS}, but nothing would be sent and no other bandwidth be measured. Whoever knows
     * that the policy says the same meanwhile can pass over that.
     *
     * @return a time of the clock, never before {@link #nextWakeupNanos}, and later only while a limit lets nothing through
     */
    public long nextChangeNanos() {
        return attempt.changeNanos();
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
        if (attempt.phase == Phase.OVER) {
            return 0;
        }
        int work;
        try {
            work = takeCommands() + (attempt.cancelWanted ? 0 : step());
            work += attempt.cancelWanted ? cancel() : 0;
            attempt.refresh();
        } catch (Throwable t) { // whatever it was, the guest must not stay paused
            fail(t);
            work = 1;
        }
        attempt.show();
        return work;
    }

    /** Ends the attempt if it is not over: cancels it, or, after the point of no return, leaves the guest to the destination. */
    @Override
    public void onClose() {
        if (attempt.phase == Phase.OVER) {
            return;
        }
        if (attempt.phase == Phase.COMMITTING) {
            fail(new IllegalStateException("the agent was closed"));
        } else {
            cancel();
        }
        attempt.show();
    }

    private int takeCommands() {
        int work = control.drainTo(commands);
        MigrationParameters wanted = control.parameters();
        if (wanted.equals(judge.parameters())) {
            return work;
        }
        judge.setParameters(wanted);
        copyStage.limitBandwidth();
        return work + 1;
    }

    private int step() throws IOException {
        return switch (attempt.phase) {
            case IDLE -> setUp();
            case OPENING -> copyStage.open();
            case COPYING -> copyStage.copy(switchoverStage);
            case PAUSING -> switchoverStage.awaitDrained();
            case HOLDING -> switchoverStage.awaitContinue();
            case SENDING_REST -> switchoverStage.sendRest();
            case FINISHING -> switchoverStage.finish() ? 1 + commit() : attempt.idleUntil(attempt.now());
            case COMMITTING -> commit();
            case OVER -> 0;
        };
    }

    private int setUp() {
        attempt.setUp();
        return 1;
    }

    private int commit() throws IOException {
        if (!attempt.sink.commit()) {
            return attempt.idleUntil(attempt.now());
        }
        attempt.refresh();
        giveUpGuest(new Cleanup(), GuestAt.DESTINATION);
        return 1;
    }

    private int cancel() {
        Cleanup cleanup = Cleanup.because(attempt.cancelReason);
        cleanup.run("announcing the cancel", () -> attempt.enter(MigrationStatus.CANCELLING));
        rollBack(cleanup, MigrationStatus.CANCELLED);
        return 1;
    }

    private void fail(Throwable failure) {
        Cleanup cleanup = Cleanup.after(attempt.phase.doing(), failure);
        if (attempt.phase == Phase.COMMITTING) {
            giveUpGuest(cleanup, GuestAt.DESTINATION_UNTOLD);
        } else {
            rollBack(cleanup, MigrationStatus.FAILED);
        }
    }

    private void rollBack(Cleanup cleanup, MigrationStatus status) {
        MigrationPorts ports = attempt.ports;
        cleanup.run("putting the dirty pages back", ports.round()::putBack);
        cleanup.run("stopping the dirty log", ports.log()::stop);
        cleanup.run("aborting the stream", attempt.sink::abort);
        cleanup.run("lifting the guest's throttle", attempt::liftThrottle);
        if (attempt.pauseRequested) {
            cleanup.run("resuming the guest", ports.vcpu()::resume);
        }
        conclude(cleanup, status, GuestAt.SOURCE);
    }

    private void giveUpGuest(Cleanup cleanup, GuestAt guestAt) {
        cleanup.run("forgetting what was sent", attempt.ports.round()::commit);
        cleanup.run("stopping the dirty log", attempt.ports.log()::stop);
        cleanup.run("lifting the guest's throttle", attempt::liftThrottle);
        conclude(cleanup, MigrationStatus.COMPLETED, guestAt);
    }

    private void conclude(Cleanup cleanup, MigrationStatus status, GuestAt guestAt) {
        if (attempt.phase != Phase.IDLE) {
            board.set(TOTAL_TIME, attempt.measurements.elapsedNanos(attempt.now()));
        }
        board.set(STATUS, status.code());
        // Before the outcome: whoever sees that it is over finds the last figures.
        cleanup.run("publishing the figures", board::publish);
        Stopwatch stopwatch = attempt.stopwatch;
        outcome = new MigrationOutcome(
                status, cleanup.message(), cleanup.cause(), guestAt, stopwatch.switchover(), stopwatch.cost());
        attempt.phase = Phase.OVER;
    }

    private final class Commands extends MigrationControl.Handler {
        @Override
        void onCancel() {
            attempt.cancelWanted = attempt.phase != Phase.COMMITTING;
        }

        @Override
        void onContinueSwitchover() {
            switchoverStage.continueRequested();
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
