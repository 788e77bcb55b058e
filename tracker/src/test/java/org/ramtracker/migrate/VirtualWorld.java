package org.ramtracker.migrate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.NanoClock;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.DirtyRound;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/**
 * A world in which only what is modelled takes time: a link that needs so long for a page, a guest that dirties one page after
 * another at a constant rate while it runs, a log whose syncs last as long as told, a pause that takes its time.
 */
final class VirtualWorld implements NanoClock, DirtyLog, RamSink, VcpuControl, MigrationListener, AutoCloseable {
    static final long PAGE_BYTES = 4096;
    static final long NEVER = Long.MAX_VALUE;

    /** How far the driver moves the clock while it polls a port. */
    static final long POLL_NANOS = 1_000_000;

    private static final long SLICES_MAX = 100_000;

    final GuestMemory memory;
    final DirtyRound round;
    final long pages;

    long linkNanosPerPage = 10_000;
    long scanNanosPerPage;
    long wireBytesPerPage = PAGE_BYTES;
    long nanosPerDirtyPage = NEVER;

    /** Pages of one byte value: they cost the link nothing and are looked at for a time each. */
    long firstDuplicatePage;

    long endDuplicatePage;
    long duplicateScanNanosPerPage;

    /** How far the sink may get ahead of the link. */
    long bufferNanos;

    /** When the destination says its first word. */
    long answeredNanos;

    long syncNanos;
    long pauseNanos;

    /** What the destination takes to load the device state and to confirm. */
    long loadNanos;

    /** How late the agent is called after a time that it waited for, one after the other and round and round. */
    long[] latenessNanos = {0};

    /** Whether the log reports what was written before it was started, as the VMM's own marks do. */
    boolean keepsOldMarks;

    private long now;
    private long longestSliceNanos;
    private int wakeups;
    private long guestStoppedAt = NEVER;
    private long dirtiedPages;
    private long nextDirtyPage;
    private long normalPages;
    private long duplicatePages;
    private long linkFreeNanos;
    private long ranNanos;
    private long ranUntil;
    private boolean stopped;
    private int throttlePercent;
    private final List<Long> passStarts = new ArrayList<>();
    private final List<MigrationStatus> statuses = new ArrayList<>();
    private final Map<Long, Long> limits = new LinkedHashMap<>();
    private final Map<Long, Integer> throttles = new LinkedHashMap<>();

    VirtualWorld(long pages) throws IOException {
        this(GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, pages * PAGE_BYTES, new Backing.Anonymous())
                .build());
    }

    VirtualWorld(GuestMemory memory) {
        this.memory = memory;
        this.pages = memory.pages();
        this.round = new DirtyRound(memory, this);
    }

    PrecopyAgent.Builder agent() {
        return PrecopyAgent.builder(new MigrationPorts(memory, this, round, this, this, this))
                .listener(this);
    }

    /** Drives until it is over, or until a time. */
    void drive(PrecopyAgent agent, long untilNanos) {
        for (long slices = 0; agent.outcome().isEmpty() && now < untilNanos; slices++) {
            if (slices == SLICES_MAX) {
                throw new AssertionError("no end after " + slices + " slices: " + agent.stats());
            }
            slice(agent);
        }
    }

    void drive(PrecopyAgent agent) {
        drive(agent, NEVER);
    }

    int slice(PrecopyAgent agent) {
        long begun = now;
        int work = agent.doWork();
        longestSliceNanos = Math.max(longestSliceNanos, now - begun);
        if (work == 0) {
            long wakeup = agent.nextWakeupNanos();
            now = wakeup > now ? wakeup + latenessNanos[wakeups++ % latenessNanos.length] : now + POLL_NANOS;
        }
        return work;
    }

    long longestSliceNanos() {
        return longestSliceNanos;
    }

    /** When each pass began, counted from the first sync. */
    List<Long> passStarts() {
        return passStarts;
    }

    List<MigrationStatus> statuses() {
        return statuses;
    }

    /** Downtime limits by the time since the start. */
    Map<Long, Long> limits() {
        return limits;
    }

    /** Throttles by the time since the start. */
    Map<Long, Integer> throttles() {
        return throttles;
    }

    int throttlePercent() {
        return throttlePercent;
    }

    boolean isPaused() {
        return guestStoppedAt != NEVER;
    }

    /** The manager's pause. */
    void stopGuest() {
        stopped = true;
        guestStoppedAt = now;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void onPass(long dirtySyncCount) {
        passStarts.add(now);
    }

    @Override
    public void onStatus(MigrationStatus status) {
        statuses.add(status);
    }

    @Override
    public void onDowntimeLimit(long elapsedNanos, long downtimeLimitNanos) {
        limits.put(elapsedNanos, downtimeLimitNanos);
    }

    @Override
    public void onThrottle(long elapsedNanos, int percent) {
        throttles.put(elapsedNanos, percent);
    }

    @Override
    public void start() {
        dirtiedPages = keepsOldMarks ? 0 : runNanos() / nanosPerDirtyPage;
    }

    /** Lets the guest run before its migration. */
    void runFor(long nanos) {
        now += nanos;
    }

    @Override
    public long sync(PageBitmap pending) {
        long dirtied = runNanos() / nanosPerDirtyPage;
        long found = Math.min(pages, dirtied - dirtiedPages);
        long straight = Math.min(found, pages - nextDirtyPage);
        pending.add(nextDirtyPage, straight);
        pending.add(0, found - straight);
        nextDirtyPage = (nextDirtyPage + found) % pages;
        dirtiedPages = dirtied;
        now += syncNanos;
        return found;
    }

    /** How long the guest has run: a throttle takes its share away. */
    private long runNanos() {
        long until = Math.max(ranUntil, Math.min(now, guestStoppedAt));
        ranNanos += (until - ranUntil) * (100 - throttlePercent) / 100;
        ranUntil = until;
        return ranNanos;
    }

    @Override
    public void stop() {}

    @Override
    public boolean begin() {
        return true;
    }

    @Override
    public boolean isAnswered() {
        return now >= answeredNanos;
    }

    @Override
    public long offer(RamBlock block, long firstPage, long pageCount) {
        long duplicates = Math.max(
                0, Math.min(firstPage + pageCount, endDuplicatePage) - Math.max(firstPage, firstDuplicatePage));
        long normal = pageCount - duplicates;
        now += normal * scanNanosPerPage + duplicates * duplicateScanNanosPerPage;
        linkFreeNanos = Math.max(linkFreeNanos, now) + normal * linkNanosPerPage;
        now = Math.max(now, linkFreeNanos - bufferNanos);
        normalPages += normal;
        duplicatePages += duplicates;
        return pageCount;
    }

    @Override
    public boolean flush() {
        return true;
    }

    @Override
    public boolean finish() {
        now = Math.max(now, linkFreeNanos) + loadNanos;
        return true;
    }

    @Override
    public boolean commit() {
        return true;
    }

    @Override
    public void abort() {}

    @Override
    public long transferredBytes() {
        return normalPages * wireBytesPerPage;
    }

    @Override
    public long inFlightBytes() {
        return Math.max(0, linkFreeNanos - now) / linkNanosPerPage * wireBytesPerPage;
    }

    @Override
    public long onItsWayBytes() {
        return inFlightBytes();
    }

    @Override
    public long normalPages() {
        return normalPages;
    }

    @Override
    public long duplicatePages() {
        return duplicatePages;
    }

    @Override
    public long scanNanos() {
        return normalPages * scanNanosPerPage + duplicatePages * duplicateScanNanosPerPage;
    }

    @Override
    public boolean isRunning() {
        return !stopped;
    }

    @Override
    public void requestPause() {
        guestStoppedAt = Math.min(guestStoppedAt, now + pauseNanos);
    }

    @Override
    public boolean isDrained() {
        return now >= guestStoppedAt;
    }

    @Override
    public void resume() {
        ranUntil = now;
        guestStoppedAt = stopped ? now : NEVER;
    }

    @Override
    public void throttle(int percent) {
        runNanos();
        throttlePercent = percent;
    }

    @Override
    public void close() {
        round.close();
        memory.close();
    }
}
