package org.ramtracker.forecast;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ramtracker.dirty.DirtyRound;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.MigrationListener;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationPorts;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.PrecopyAgent;
import org.ramtracker.migrate.Switchover;
import org.ramtracker.simd.Kernels;
import org.ramtracker.trace.TraceBlock;
import org.ramtracker.trace.TraceLayout;

/**
 * One migration, by the real engine under the real rules, in a world of models.
 *
 * <p>Threads: single-threaded; any number of them may run at once.
 */
final class VirtualMigration implements MigrationListener, AutoCloseable {
    /** By so much the bandwidth that the engine goes by may be too low: the expected downtime then falls faster than time passes. */
    private static final double NEAR_FACTOR = 1.2;

    /** Longest time for which the policy is not asked. */
    static final long PATIENCE_NANOS_MAX = 50_000_000L;

    /** Nor is it for longer than the migration's time so far divided by this. */
    private static final long PATIENCE_INVERSE = 1000;

    private final ForecastRequest request;
    private final long patienceNanosMax;
    private final VirtualClock clock = new VirtualClock();
    private final ReplayedGuest guest;
    private final ReplayedLog log;
    private final GuestMemory memory;
    private final DirtyRound round;
    private final LinkSink sink;
    private final PrecopyAgent agent;
    private final double fallPerNano;
    private final SteadyState steadyState;
    private final List<Course.Event> events = new ArrayList<>();
    private final List<Course.Moment> moments = new ArrayList<>();

    /** At the end of the last slice. */
    private MigrationStats stats;

    private long limitNanos;
    private int throttlePercent;
    private long passes;
    private long passesSeen;
    private long passStartNanos;
    private long lastPassStartNanos;
    private long leastRemainingBytes = Long.MAX_VALUE;
    private long remainingBytesBefore;
    private boolean switchingOver;
    private boolean syncedRunning;

    private VirtualMigration(ForecastRequest request, ConvergencePolicy policy, long patienceNanosMax) {
        this.request = request;
        this.patienceNanosMax = patienceNanosMax;
        TraceLayout layout = request.history().layout();
        memory = shape(layout);
        guest = new ReplayedGuest(clock, request.pace(), request.machine().pauseNanos());
        PageKindTable kinds = kinds(request, guest);
        log = new ReplayedLog(request, kinds, guest, clock);
        // A forecast is often the first thing that a JVM does: vectors would pay for their compilation too late.
        round = new DirtyRound(memory, log, Kernels.scalar());
        sink = new LinkSink(request.link(), request.machine(), new StreamSizes(memory), kinds, clock);
        agent = PrecopyAgent.builder(new MigrationPorts(memory, log, round, guest, sink, clock))
                .parameters(request.parameters().with(MigrationParameter.PAUSE_BEFORE_SWITCHOVER, false))
                .policy(policy)
                .listener(this)
                .build();
        stats = agent.stats();
        steadyState = new SteadyState(request);
        fallPerNano = fallPerNano(request);
    }

    /** Plays a migration through. */
    static Course play(ForecastRequest request) {
        return play(request, request.policy());
    }

    /** Plays a migration through, with a policy that says what that of the request would. */
    static Course play(ForecastRequest request, ConvergencePolicy policy) {
        return play(request, policy, PATIENCE_NANOS_MAX);
    }

    /** For tests: with more or less patience than others. At 0 a limit that lets nothing through is looked at every 10 ms. */
    static Course play(ForecastRequest request, ConvergencePolicy policy, long patienceNanosMax) {
        try (VirtualMigration migration = new VirtualMigration(request, policy, patienceNanosMax)) {
            return migration.run();
        }
    }

    /** The engine looks at the shape only. */
    private static GuestMemory shape(TraceLayout layout) {
        GuestMemory.Builder builder = GuestMemory.builder(layout.pageSize());
        for (TraceBlock block : layout.blocks()) {
            builder.block(
                    block.idstr(),
                    block.guestPhysicalAddress(),
                    layout.pageSize().toBytes(block.pages()),
                    new Backing.None());
        }
        try {
            return builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PageKindTable kinds(ForecastRequest request, ReplayedGuest guest) {
        DirtyHistory history = request.history();
        try (PageBitmap duplicates = new PageBitmap(history.layout().pages())) {
            history.addZeroPagesTo(duplicates);
            if (request.anyByteDuplicates()) {
                history.addDuplicatePagesTo(duplicates);
            }
            return new PageKindTable(duplicates, new GuestWrites(request, guest));
        }
    }

    private Course run() {
        while (agent.outcome().isEmpty()) {
            slice();
            if (passes != passesSeen && agent.outcome().isEmpty() && isHopeless()) {
                return giveUp(Course.End.STEADY);
            }
            if (clock.nanoTime() >= request.horizonNanos() && agent.outcome().isEmpty()) {
                return giveUp(Course.End.HORIZON);
            }
        }
        MigrationOutcome outcome = agent.outcome().orElseThrow();
        return course(endOf(outcome), outcome);
    }

    /** Apart from the loop, which is compiled while it runs, more than once: what is within it would be compiled as often. */
    private void slice() {
        sink.setBackPressures(isDecisionNear());
        boolean idles = agent.doWork() == 0;
        stats = agent.stats();
        if (idles) {
            idle();
        }
        noteMoment();
    }

    /** How fast the expected downtime may fall: as time passes, or faster where the link is faster than the limit. */
    private static double fallPerNano(ForecastRequest request) {
        double link = request.link().bytesPerSecond();
        long limit = request.parameters().maxBandwidthBytesPerSecond();
        double timesLimit = limit == 0 ? 1 : Math.clamp(link / limit, 1, 2); // two slices are a window of the limit
        return timesLimit * NEAR_FACTOR;
    }

    /** Whether the rest may come to fit within a slice, by the figures of the last one. Where it fits the guest may be stopped after any. */
    private boolean isDecisionNear() {
        double aboveNanos = (double) stats.expectedDowntimeNanos() - stats.downtimeLimitNanos();
        return stats.status() == MigrationStatus.ACTIVE && aboveNanos < PrecopyAgent.SLICE_NANOS_MAX * fallPerNano;
    }

    private void idle() {
        long now = clock.nanoTime();
        long wakeup = agent.nextWakeupNanos();
        clock.advanceTo(wakeup > now ? Math.max(wakeup, patientlyFrom(now)) : nextPollNanos());
    }

    /**
     * When the policy is asked again while a limit lets nothing through. A real engine does so every 10 ms. Here a rule that goes by the
     * time may be heard later, by as much as {@link #PATIENCE_NANOS_MAX}, or a thousandth of the migration's time so far if that is less.
     */
    private long patientlyFrom(long now) {
        long patience = Math.min(stats.elapsedNanos() / PATIENCE_INVERSE, patienceNanosMax);
        return restStaysTooMuch() ? Math.min(agent.nextChangeNanos(), now + patience) : now;
    }

    /**
     * Nothing is sent meanwhile, so that of what is to arrive only what is on its way can become less; nor is another bandwidth measured.
     * (A preset that smooths the bandwidth by itself, {@code kubevirt}, may see it change, and is heard as late as one that goes by the time.)
     */
    private boolean restStaysTooMuch() {
        double toArriveBytes = (double) stats.remainingBytes() + stats.inFlightBytes();
        double leastNanos = stats.expectedDowntimeNanos() * (stats.remainingBytes() / toArriveBytes);
        return stats.status() == MigrationStatus.ACTIVE && leastNanos > stats.downtimeLimitNanos();
    }

    /** Nothing happens until the sink has room or hears something, but the policy is asked. */
    private long nextPollNanos() {
        long now = clock.nanoTime();
        long asked = now + PrecopyAgent.POLICY_INTERVAL_NANOS;
        long poll = guest.isDrained() ? asked : Math.min(guest.stopsAtNanos(), asked);
        long next = sink.nextNanos();
        return next > now ? Math.min(next, poll) : poll;
    }

    /** A slice that syncs sends nothing, so the figures at its end are those right after the sync. */
    private void noteMoment() {
        if (syncedRunning) {
            syncedRunning = false;
            moments.add(new Course.Moment(
                    stats.elapsedNanos(),
                    stats.dirtySyncCount(),
                    remainingBytesBefore,
                    stats.remainingBytes(),
                    stats.expectedDowntimeNanos()));
        }
    }

    /** Asked after each sync while the guest runs. */
    private boolean isHopeless() {
        passesSeen = passes;
        if (stats.status() != MigrationStatus.ACTIVE || stats.dirtySyncCount() < 2) {
            return false;
        }
        leastRemainingBytes = Math.min(leastRemainingBytes, stats.remainingBytes());
        return steadyState.isReached(stats, guest.ranNanos());
    }

    private Course giveUp(Course.End end) {
        agent.onClose();
        return course(end, agent.outcome().orElseThrow());
    }

    private static Course.End endOf(MigrationOutcome outcome) {
        if (outcome.status() == MigrationStatus.CANCELLED) {
            return Course.End.CANCELLED;
        }
        if (outcome.status() != MigrationStatus.COMPLETED) {
            throw new IllegalStateException(
                    "the engine failed: " + outcome.warningOrReason().orElse("no reason"), outcome.cause());
        }
        boolean forced =
                outcome.switchover().map(Switchover::rule).orElseThrow().isForced();
        return forced ? Course.End.FORCED : Course.End.FITTED;
    }

    private Course course(Course.End end, MigrationOutcome outcome) {
        return new Course(
                end,
                stats,
                outcome,
                guest.ranNanos(),
                leastRemainingBytes == Long.MAX_VALUE ? -1 : leastRemainingBytes,
                workingSet(),
                events,
                moments);
    }

    /** What came before the first pass is the set-up, which says nothing about the guest. */
    private Optional<WorkingSet> workingSet() {
        if (passes < 2 || passStartNanos <= lastPassStartNanos) {
            return Optional.empty();
        }
        TraceLayout layout = request.history().layout();
        WrittenPages written = new WrittenPages(layout.pages());
        long start = request.startNanos();
        log.collect(start + lastPassStartNanos, start + passStartNanos, written);
        return Optional.of(WorkingSet.of(layout, written, passStartNanos - lastPassStartNanos));
    }

    @Override
    public void onStatus(MigrationStatus status) {
        switchingOver |= status == MigrationStatus.DEVICE;
    }

    @Override
    public void onPass(long dirtySyncCount) {
        syncedRunning = !switchingOver;
        remainingBytesBefore = stats.remainingBytes();
        passes = dirtySyncCount;
        lastPassStartNanos = passStartNanos;
        passStartNanos = guest.ranNanos();
    }

    @Override
    public void onDowntimeLimit(long elapsedNanos, long downtimeLimitNanos) {
        limitNanos = downtimeLimitNanos;
        events.add(new Course.Event(elapsedNanos, limitNanos, throttlePercent));
    }

    @Override
    public void onThrottle(long elapsedNanos, int percent) {
        throttlePercent = percent;
        events.add(new Course.Event(elapsedNanos, limitNanos, throttlePercent));
    }

    @Override
    public void close() {
        round.close();
        memory.close();
    }
}
