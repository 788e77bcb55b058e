package org.ramtracker.migrate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.NanoClock;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.DirtyRound;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * A world that keeps for each page the version that the guest has and the one that the destination got, lets the guest write
 * at every chance, and fails where its script says. {@link #check} knows what must hold at the end, whatever happened.
 */
class FaultyWorld implements NanoClock, DirtyLog, RamSink, VcpuControl, MigrationListener, AutoCloseable {
    /** The calls that can fail. */
    enum Port {
        LOG_START,
        LOG_SYNC,
        LOG_STOP,
        BEGIN,
        OFFER,
        FLUSH,
        FINISH,
        COMMIT,
        REQUEST_PAUSE,
        IS_DRAINED,
        RESUME,
        THROTTLE,
        LIFT_THROTTLE,
        ABORT,
        STATUS_EVENT
    }

    private static final int SLICES_MAX = 2_000;

    /** From here on nothing keeps a migration from ending. */
    private static final int PATIENCE_SLICES = 300;

    final DirtyRound round;
    final Random random;
    private final GuestMemory memory;
    private final int[] guestVersion;
    private final int[] destinationVersion;
    private final BitSet log = new BitSet();
    private final List<MigrationStatus> statuses = new ArrayList<>();

    private long now;
    private boolean logging;
    private boolean everyPageOwned;
    private boolean pauseRequested;
    private int pollsUntilDrained;
    private boolean managerPaused;
    private boolean keepsPausedGuestUntilToldTo;
    private int throttlePercent;
    private boolean liftFailed;
    private int resumes;
    private int aborts;
    private int commits;
    private int stops;
    private long sentPages;
    private Port failing = Port.LOG_START;
    private int callsUntilFailure = Integer.MAX_VALUE;
    private int slicesUntilCancel = Integer.MAX_VALUE;

    FaultyWorld(GuestMemory memory, long seed) {
        this.memory = memory;
        random = new Random(seed);
        round = new DirtyRound(memory, this);
        guestVersion = new int[(int) memory.pages()];
        destinationVersion = new int[(int) memory.pages()];
        managerPaused = random.nextInt(8) == 0;
    }

    /** One attempt in which something may go wrong. */
    PrecopyAgent attemptWithFaults() {
        failing = Port.values()[random.nextInt(Port.values().length)];
        callsUntilFailure = random.nextInt(4) == 0 ? Integer.MAX_VALUE : random.nextInt(1 << random.nextInt(7));
        slicesUntilCancel = random.nextInt(3) == 0 ? random.nextInt(1 << random.nextInt(8)) : Integer.MAX_VALUE;
        return attempt();
    }

    /** One attempt in which everything works, to a new destination. */
    PrecopyAgent attemptWithoutFaults() {
        callsUntilFailure = Integer.MAX_VALUE;
        slicesUntilCancel = Integer.MAX_VALUE;
        return attempt();
    }

    private PrecopyAgent attempt() {
        Arrays.fill(destinationVersion, -1);
        statuses.clear();
        everyPageOwned = false;
        pauseRequested = false;
        keepsPausedGuestUntilToldTo = random.nextInt(4) == 0;
        throttlePercent = 0;
        liftFailed = false;
        resumes = 0;
        aborts = 0;
        commits = 0;
        stops = 0;
        pollsUntilDrained = random.nextInt(5);
        PrecopyAgent agent = PrecopyAgent.builder(new MigrationPorts(memory, this, round, this, this, this))
                .parameters(parameters())
                .policy(this::decide)
                .listener(this)
                .build();
        drive(agent);
        return agent;
    }

    private MigrationParameters parameters() {
        long maxTotalTime = random.nextInt(4) == 0 ? 1 + random.nextInt(20_000_000) : 0;
        return MigrationParameters.of(random.nextBoolean() ? 0 : 40_000_000, random.nextInt(2_000_000))
                .with(MigrationParameter.PAUSE_BEFORE_SWITCHOVER, keepsPausedGuestUntilToldTo)
                .with(MigrationParameter.MAX_TOTAL_TIME, callsUntilFailure == Integer.MAX_VALUE ? 0 : maxTotalTime);
    }

    /** The standard rules, but for a throttle that comes and goes by chance. */
    private Decision decide(MigrationStats stats, MigrationParameters parameters, RuleMemory memory) {
        Decision decision = ConvergencePolicy.standard().decide(stats, parameters, memory);
        int percent = random.nextInt(3) == 0 ? random.nextInt(100) : stats.throttlePercent();
        return new Decision(
                decision.action(),
                decision.rule(),
                decision.reason(),
                decision.expectedDowntimeNanos(),
                decision.downtimeLimitNanos(),
                percent,
                decision.memory());
    }

    private void drive(PrecopyAgent agent) {
        for (int slice = 0; agent.outcome().isEmpty(); slice++) {
            if (slice == SLICES_MAX) {
                throw new AssertionError("no end: " + agent.stats());
            }
            if (slice == slicesUntilCancel) {
                agent.control().cancel();
            }
            if (slice == PATIENCE_SLICES) {
                agent.control().set(MigrationParameter.DOWNTIME_LIMIT, MigrationParameter.DOWNTIME_LIMIT.max());
            }
            if (agent.stats().status() == MigrationStatus.PRE_SWITCHOVER && random.nextInt(8) == 0) {
                agent.control().continueSwitchover();
            }
            driveOnce(agent);
            guestWrites();
        }
    }

    private void driveOnce(PrecopyAgent agent) {
        try {
            if (agent.doWork() == 0) {
                now = Math.max(now + 100_000, agent.nextWakeupNanos());
            }
        } catch (UncheckedIOException fromListener) {
            require(agent.outcome().isPresent(), "an exception left the agent before the end");
        }
    }

    /** What must hold at the end of any attempt. */
    void check(PrecopyAgent agent) {
        MigrationOutcome outcome = agent.outcome().orElseThrow();
        require(agent.stats().status() == outcome.status(), "figures and outcome disagree");
        require(agent.doWork() == 0, "work after the end");
        require(stops == 1 && !logging, "the log was not stopped once");
        checkThrottle(outcome);
        checkStatuses(outcome.status());
        if (outcome.status() == MigrationStatus.COMPLETED) {
            checkCompleted(outcome);
        } else {
            checkRolledBack(outcome);
        }
    }

    private void checkThrottle(MigrationOutcome outcome) {
        String message = outcome.message() == null ? "" : outcome.message();
        require(throttlePercent == 0 || liftFailed, "the guest is still throttled by " + throttlePercent + " %");
        require(!liftFailed || message.contains("lifting the guest's throttle failed"), "not said: " + message);
    }

    private void checkStatuses(MigrationStatus last) {
        String path =
                String.join(" ", statuses.stream().map(MigrationStatus::qmpName).toList());
        String expected = switch (last) {
            case COMPLETED -> "setup active " + held() + "device completed";
            case FAILED -> "(setup )?(active )?(pre-switchover )?(device )?failed";
            default -> "(setup )?(active )?(pre-switchover )?(device )?cancelling cancelled";
        };
        require(path.matches(expected), "statuses: " + path);
    }

    private String held() {
        return keepsPausedGuestUntilToldTo ? "pre-switchover " : "";
    }

    private void checkCompleted(MigrationOutcome outcome) {
        require(resumes == 0 && aborts == 0, "the guest was given up and taken back");
        require(commits > 0, "completed without a commit");
        require(outcome.guestAt() != MigrationOutcome.GuestAt.SOURCE, "the guest is said to be here");
        require(log.isEmpty() && round.pending().count() == 0, "completed with dirty pages");
        for (RamBlock block : memory.blocks()) {
            for (int page = (int) block.firstPage(); page < block.endPage(); page++) {
                require(destinationVersion[page] == guestVersion[page], "stale page " + page);
            }
        }
    }

    private void checkRolledBack(MigrationOutcome outcome) {
        require(commits == 0, "failed after the point of no return");
        require(aborts == 1, "aborts: " + aborts);
        require(resumes == (pauseRequested ? 1 : 0), "resumes: " + resumes);
        require(outcome.guestAt() == MigrationOutcome.GuestAt.SOURCE, "the guest is said to be elsewhere");
        require(outcome.status() == MigrationStatus.CANCELLED || outcome.message() != null, "failed without a reason");
        require(outcome.message() == null || outcome.message().lines().count() == 1, "more than one line");
        if (everyPageOwned) {
            checkNothingLost();
        }
    }

    private void checkNothingLost() {
        for (RamBlock block : memory.blocks()) {
            for (int page = (int) block.firstPage(); page < block.endPage(); page++) {
                require(round.pending().contains(page) || log.get(page), "lost page " + page);
            }
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** Fails if it is this call's turn. */
    private boolean isTurnOf(Port port) {
        return port == failing && callsUntilFailure-- == 0;
    }

    private void mayFail(Port port) {
        if (isTurnOf(port)) {
            throw new UncheckedIOException(new IOException(port + " failed\nand said so on two lines"));
        }
    }

    private void mayFailChecked(Port port) throws IOException {
        if (isTurnOf(port)) {
            throw new IOException(port + " failed");
        }
    }

    private void guestWrites() {
        for (int writes = random.nextInt(8) - 5; writes > 0 && guestRuns(); writes--) {
            RamBlock block = memory.blocks().get(random.nextInt(memory.blocks().size()));
            int page = (int) (block.firstPage() + random.nextInt((int) block.pages()));
            guestVersion[page]++;
            if (logging) {
                log.set(page);
            }
        }
    }

    private boolean guestRuns() {
        return !managerPaused && !(pauseRequested && pollsUntilDrained <= 0);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void onStatus(MigrationStatus status) {
        statuses.add(status);
        mayFail(Port.STATUS_EVENT);
    }

    @Override
    public void start() {
        mayFail(Port.LOG_START);
        log.clear();
        logging = true;
    }

    @Override
    public long sync(PageBitmap pending) {
        everyPageOwned = true;
        boolean fails = isTurnOf(Port.LOG_SYNC);
        long found = 0;
        for (int page = log.nextSetBit(0); page >= 0; page = log.nextSetBit(page + 1)) {
            if (fails && random.nextBoolean()) {
                break;
            }
            fetch(pending, page);
            found++;
        }
        now += random.nextInt(200_000);
        guestWrites();
        if (fails) {
            throw new UncheckedIOException(new IOException("LOG_SYNC failed"));
        }
        return found;
    }

    void fetch(PageBitmap pending, int page) {
        log.clear(page);
        pending.add(page, 1);
    }

    @Override
    public void stop() {
        stops++;
        logging = false;
        mayFail(Port.LOG_STOP);
    }

    @Override
    public boolean begin() throws IOException {
        mayFailChecked(Port.BEGIN);
        return random.nextInt(3) == 0;
    }

    @Override
    public long offer(RamBlock block, long firstPage, long pageCount) throws IOException {
        if (isTurnOf(Port.OFFER)) {
            beforeOfferFails();
            throw new IOException("OFFER failed");
        }
        guestWrites();
        if (random.nextInt(5) == 0) {
            return BACK_PRESSURED;
        }
        int taken = 1 + random.nextInt((int) pageCount);
        for (int page = (int) firstPage; page < firstPage + taken; page++) {
            deliver(page);
            guestWrites();
        }
        now += taken * 10_000L;
        sentPages += taken;
        return taken;
    }

    void beforeOfferFails() {}

    void deliver(int page) {
        destinationVersion[page] = guestVersion[page];
    }

    @Override
    public boolean flush() throws IOException {
        mayFailChecked(Port.FLUSH);
        return random.nextBoolean();
    }

    @Override
    public boolean finish() throws IOException {
        mayFailChecked(Port.FINISH);
        return random.nextInt(3) == 0;
    }

    @Override
    public boolean commit() throws IOException {
        commits++;
        mayFailChecked(Port.COMMIT);
        return random.nextInt(3) == 0;
    }

    @Override
    public void abort() {
        aborts++;
        mayFail(Port.ABORT);
    }

    @Override
    public long transferredBytes() {
        return sentPages * 4096;
    }

    @Override
    public long normalPages() {
        return sentPages;
    }

    @Override
    public long duplicatePages() {
        return 0;
    }

    @Override
    public long scanNanos() {
        return 0;
    }

    @Override
    public boolean isRunning() {
        return !managerPaused;
    }

    @Override
    public void requestPause() {
        pauseRequested = true;
        mayFail(Port.REQUEST_PAUSE);
    }

    @Override
    public boolean isDrained() {
        mayFail(Port.IS_DRAINED);
        return --pollsUntilDrained <= drainedAt();
    }

    /** Polls that are still missing when it says that it is drained. */
    int drainedAt() {
        return 0;
    }

    @Override
    public void resume() {
        resumes++;
        mayFail(Port.RESUME);
    }

    @Override
    public void throttle(int percent) {
        if (percent == 0 && isTurnOf(Port.LIFT_THROTTLE)) {
            liftFailed = throttlePercent > 0;
            throw new UncheckedIOException(new IOException("LIFT_THROTTLE failed"));
        }
        throttlePercent = percent; // also if it fails half-way
        liftFailed = false;
        if (percent > 0) {
            mayFail(Port.THROTTLE);
        }
    }

    @Override
    public void close() {
        round.close();
    }
}
