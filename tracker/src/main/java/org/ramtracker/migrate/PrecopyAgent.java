package org.ramtracker.migrate;

import static org.ramtracker.migrate.MigrationCounter.DIRTY_PAGES_RATE;
import static org.ramtracker.migrate.MigrationCounter.DIRTY_SYNC_COUNT;
import static org.ramtracker.migrate.MigrationCounter.DOWNTIME;
import static org.ramtracker.migrate.MigrationCounter.DOWNTIME_LIMIT;
import static org.ramtracker.migrate.MigrationCounter.DUPLICATE;
import static org.ramtracker.migrate.MigrationCounter.EFFECTIVE_RATE;
import static org.ramtracker.migrate.MigrationCounter.EXPECTED_DOWNTIME;
import static org.ramtracker.migrate.MigrationCounter.LAST_SYNC_DIRTY;
import static org.ramtracker.migrate.MigrationCounter.NORMAL;
import static org.ramtracker.migrate.MigrationCounter.PAGE_SIZE;
import static org.ramtracker.migrate.MigrationCounter.PASS_TIME;
import static org.ramtracker.migrate.MigrationCounter.PASS_TRANSFERRED;
import static org.ramtracker.migrate.MigrationCounter.REMAINING;
import static org.ramtracker.migrate.MigrationCounter.SETUP_TIME;
import static org.ramtracker.migrate.MigrationCounter.STATUS;
import static org.ramtracker.migrate.MigrationCounter.SYNC_TIME;
import static org.ramtracker.migrate.MigrationCounter.TOTAL;
import static org.ramtracker.migrate.MigrationCounter.TOTAL_TIME;
import static org.ramtracker.migrate.MigrationCounter.TRANSFERRED;
import static org.ramtracker.migrate.MigrationCounter.WIRE_RATE;

import java.io.IOException;
import java.util.Optional;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;
import org.ramtracker.migrate.ConvergencePolicy.Decision;
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

    /** The policy is asked when something changed, and otherwise this often, because limits may depend on time. */
    private static final long JUDGE_INTERVAL_NANOS = 10_000_000L;

    private final MigrationPorts ports;
    private final RamSink sink;
    private final ConvergencePolicy policy;
    private final MigrationListener listener;
    private final MigrationControl control = new MigrationControl();
    private final Commands commands = new Commands();
    private final StatsBoard board;
    private final PageSender sender;
    private final RateLimiter unlimited = new RateLimiter(0, 0);
    private final long pageBytes;

    private Phase phase = Phase.IDLE;
    private boolean cancelRequested;
    private boolean pauseRequested;
    private long maxBandwidth;
    private RateLimiter limiter;
    private BandwidthEstimator bandwidth;
    private DirtyRateMeter dirtyRate;
    private long startNanos;
    private long passStartNanos;
    private long passStartBytes;
    private long pauseNanos;
    private long judgedNanos;
    private boolean changedSinceJudged;
    private long earlySyncPagesMax = Long.MAX_VALUE;
    private long wakeupNanos;
    private volatile @Nullable MigrationOutcome outcome;

    private PrecopyAgent(Builder builder) {
        ports = builder.ports;
        sink = ports.sink();
        policy = builder.policy;
        listener = builder.listener;
        board = new StatsBoard(builder.counters);
        sender = new PageSender(ports);
        pageBytes = ports.memory().pageSize().bytes();
        maxBandwidth = builder.parameters.maxBandwidthBytesPerSecond();
        limiter = new RateLimiter(maxBandwidth, 0);
        bandwidth = new BandwidthEstimator(0, 0, 0, 0);
        dirtyRate = new DirtyRateMeter(0);
        board.set(DOWNTIME_LIMIT, builder.parameters.downtimeLimitNanos());
        board.set(TOTAL, ports.memory().totalBytes());
        board.set(PAGE_SIZE, pageBytes);
        board.set(EXPECTED_DOWNTIME, MigrationStats.UNKNOWN_NANOS);
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
            work = control.drainTo(commands) + (cancelRequested ? cancel() : step());
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
            cancel();
        }
        show();
    }

    private int step() throws IOException {
        return switch (phase) {
            case IDLE -> setUp();
            case OPENING -> open();
            case COPYING -> copy();
            case PAUSING -> awaitDrained();
            case SENDING_REST -> sendRest();
            case FINISHING -> finish();
            case COMMITTING -> commit();
            case OVER -> 0;
        };
    }

    private int setUp() {
        startNanos = now();
        enter(MigrationStatus.SETUP);
        ports.log().start();
        phase = Phase.OPENING;
        ports.round().addEveryPage();
        sync();
        return 1;
    }

    private int open() throws IOException {
        if (!sink.begin()) {
            return idleUntil(now());
        }
        long now = now();
        board.set(SETUP_TIME, now - startNanos);
        limiter = new RateLimiter(maxBandwidth, now);
        bandwidth = new BandwidthEstimator(now, sink.transferredBytes(), 0, sink.scanNanos());
        dirtyRate = new DirtyRateMeter(now);
        beginPass(now);
        phase = Phase.COPYING;
        enter(MigrationStatus.ACTIVE);
        return 1;
    }

    private int copy() throws IOException {
        long now = now();
        limiter.advanceTo(now);
        if (bandwidth.update(now, sink.transferredBytes(), sentGuestBytes(), sink.scanNanos())) {
            changedSinceJudged = true;
        }
        if (changedSinceJudged || now - judgedNanos >= JUDGE_INTERVAL_NANOS) {
            boolean fits = restFits();
            if (pendingPages() == 0 || (fits && pendingPages() <= earlySyncPagesMax)) {
                return endPass(fits);
            }
        }
        return sendSome(now);
    }

    private int sendSome(long now) throws IOException {
        long pages = sender.send(now, now + SLICE_NANOS_MAX, limiter);
        flush();
        if (pages > 0) {
            changedSinceJudged = true;
            return 1;
        }
        boolean limited = limiter.allowanceBytes() == 0;
        return idleUntil(limited ? Math.min(limiter.reopensNanos(), judgedNanos + JUDGE_INTERVAL_NANOS) : now);
    }

    /** A sink that collects small runs sends them here, so this counts against the limit as well. */
    private void flush() throws IOException {
        long before = sink.transferredBytes();
        sink.flush();
        limiter.charge(sink.transferredBytes() - before);
    }

    /**
     * Syncs, and switches over if what remains fits before and after. A sync in the middle of a pass that turned out too early
     * is not repeated before half as much remains: while syncs take time, each of them finds pages anew, and syncing
     * whenever the rest just fits would find it just too large for ever.
     */
    private int endPass(boolean fits) {
        long pagesBefore = pendingPages();
        sync();
        if (fits && restFits()) {
            switchOver();
        } else if (pagesBefore > 0) {
            earlySyncPagesMax = pagesBefore / 2;
        }
        return 1;
    }

    private boolean restFits() {
        refresh();
        judgedNanos = now();
        changedSinceJudged = false;
        return policy.decide(board.current()) == Decision.SWITCH_OVER;
    }

    private void switchOver() {
        enter(MigrationStatus.DEVICE);
        phase = Phase.PAUSING;
        pauseRequested = true;
        pauseNanos = now();
        ports.vcpu().requestPause();
    }

    private int awaitDrained() {
        if (!ports.vcpu().isDrained()) {
            return idleUntil(now());
        }
        sync();
        phase = Phase.SENDING_REST;
        return 1;
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
        board.set(DOWNTIME, now() - pauseNanos);
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

    private int cancel() {
        Cleanup cleanup = new Cleanup();
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
        if (pauseRequested) {
            cleanup.run("resuming the guest", ports.vcpu()::resume);
        }
        conclude(cleanup, status, GuestAt.SOURCE);
    }

    private void giveUpGuest(Cleanup cleanup, GuestAt guestAt) {
        cleanup.run("forgetting what was sent", ports.round()::commit);
        cleanup.run("stopping the dirty log", ports.log()::stop);
        conclude(cleanup, MigrationStatus.COMPLETED, guestAt);
    }

    private void conclude(Cleanup cleanup, MigrationStatus status, GuestAt guestAt) {
        if (phase != Phase.IDLE) {
            board.set(TOTAL_TIME, now() - startNanos);
        }
        board.set(STATUS, status.code());
        // Before the outcome: whoever sees that it is over finds the last figures.
        cleanup.run("publishing the figures", board::publish);
        outcome = new MigrationOutcome(status, cleanup.message(), cleanup.cause(), guestAt);
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
        long before = now();
        long dirtyPages = ports.round().collect();
        long after = now();
        bandwidth.addSync(after - before);
        if (phase != Phase.OPENING) { // what the first sync finds was written before anybody measured
            dirtyRate.onSync(after, dirtyPages);
        }
        board.set(SYNC_TIME, after - before);
        board.set(LAST_SYNC_DIRTY, dirtyPages);
        board.set(DIRTY_PAGES_RATE, dirtyRate.pagesPerSecond());
        board.set(DIRTY_SYNC_COUNT, board.get(DIRTY_SYNC_COUNT) + 1);
        beginPass(after);
        listener.onPass(board.get(DIRTY_SYNC_COUNT));
    }

    private void beginPass(long now) {
        passStartNanos = now;
        passStartBytes = sink.transferredBytes();
        changedSinceJudged = true;
    }

    private void refresh() {
        if (phase == Phase.IDLE || phase == Phase.OVER) {
            return;
        }
        long now = now();
        long remainingBytes = pendingPages() * pageBytes;
        board.set(TOTAL_TIME, now - startNanos);
        board.set(TRANSFERRED, sink.transferredBytes());
        board.set(PASS_TRANSFERRED, sink.transferredBytes() - passStartBytes);
        board.set(PASS_TIME, now - passStartNanos);
        board.set(REMAINING, remainingBytes);
        board.set(NORMAL, sink.normalPages());
        board.set(DUPLICATE, sink.duplicatePages());
        board.set(WIRE_RATE, bandwidth.wireBytesPerSecond());
        board.set(EFFECTIVE_RATE, bandwidth.effectiveBytesPerSecond());
        if (phase == Phase.COPYING) {
            board.set(EXPECTED_DOWNTIME, Rates.nanosFor(remainingBytes, bandwidth.wireBytesPerSecond()));
        }
    }

    private long sentGuestBytes() {
        return sender.takenPages() * pageBytes;
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
        void onDowntimeLimit(long nanos) {
            board.set(DOWNTIME_LIMIT, nanos);
            changedSinceJudged = true;
            earlySyncPagesMax = Long.MAX_VALUE;
        }

        @Override
        void onMaxBandwidth(long bytesPerSecond) {
            maxBandwidth = bytesPerSecond;
            limiter.limit(bytesPerSecond);
        }
    }

    /** Describes an attempt. */
    public static final class Builder {
        private final MigrationPorts ports;
        private MigrationParameters parameters = MigrationParameters.defaults();
        private ConvergencePolicy policy = ConvergencePolicy.base();
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
         * @param policy the rule
         * @return this
         */
        public Builder policy(ConvergencePolicy policy) {
            this.policy = policy;
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
