package org.ramtracker.migrate;

import static org.ramtracker.migrate.MigrationCounter.DIRTY_PAGES_RATE;
import static org.ramtracker.migrate.MigrationCounter.DIRTY_PERIODS;
import static org.ramtracker.migrate.MigrationCounter.DIRTY_SYNC_COUNT;
import static org.ramtracker.migrate.MigrationCounter.DUPLICATE;
import static org.ramtracker.migrate.MigrationCounter.EFFECTIVE_RATE;
import static org.ramtracker.migrate.MigrationCounter.IN_FLIGHT;
import static org.ramtracker.migrate.MigrationCounter.LAST_SYNC_DIRTY;
import static org.ramtracker.migrate.MigrationCounter.NORMAL;
import static org.ramtracker.migrate.MigrationCounter.PASS_TIME;
import static org.ramtracker.migrate.MigrationCounter.PASS_TRANSFERRED;
import static org.ramtracker.migrate.MigrationCounter.PERIOD_DIRTY;
import static org.ramtracker.migrate.MigrationCounter.PERIOD_TRANSFERRED;
import static org.ramtracker.migrate.MigrationCounter.REMAINING;
import static org.ramtracker.migrate.MigrationCounter.SETUP_TIME;
import static org.ramtracker.migrate.MigrationCounter.SWITCHOVER_COST;
import static org.ramtracker.migrate.MigrationCounter.SYNC_TIME;
import static org.ramtracker.migrate.MigrationCounter.TOTAL_TIME;
import static org.ramtracker.migrate.MigrationCounter.TRANSFERRED;
import static org.ramtracker.migrate.MigrationCounter.WIRE_RATE;

/**
 * Measures an attempt, and keeps its figures on the board.
 *
 * <p>Threads: single-threaded, the agent's. Reads no clock: it is told the time.
 */
final class Measurements {
    private final MigrationPorts ports;
    private final RamSink sink;
    private final PageSender sender;
    private final StatsBoard board;
    private final SwitchoverCost cost;
    private final long pageBytes;

    private final LinkBytes linkBytes;

    private BandwidthEstimator bandwidth = new BandwidthEstimator(0, 0, 0, 0);
    private DirtyRateMeter dirtyRate = new DirtyRateMeter(0, 0);
    private long startNanos;
    private long passStartNanos;
    private long passStartBytes;

    Measurements(MigrationPorts ports, PageSender sender, StatsBoard board, SwitchoverCost cost) {
        this.ports = ports;
        this.sink = ports.sink();
        this.sender = sender;
        this.board = board;
        this.cost = cost;
        this.linkBytes = new LinkBytes(sink);
        this.pageBytes = ports.memory().pageSize().bytes();
        board.set(SWITCHOVER_COST, cost.nanos());
    }

    /** The attempt begins. */
    void start(long now) {
        startNanos = now;
    }

    /** The first page can be sent: what came before says nothing about the link or the guest. */
    void open(long now) {
        board.set(SETUP_TIME, now - startNanos);
        linkBytes.beginWindow(now);
        bandwidth = new BandwidthEstimator(now, linkBytes.carriedBytes(), 0, sink.scanNanos());
        dirtyRate = new DirtyRateMeter(now, sink.transferredBytes());
        beginPass(now);
    }

    /** Takes the time of a sync out of the bandwidth, and begins a pass; returns the number of the pass. */
    long synced(long begun, long ended, long dirtyPages) {
        bandwidth.addOffWire(ended - begun);
        board.set(SYNC_TIME, ended - begun);
        if (!cost.isKnown()) {
            board.set(SWITCHOVER_COST, ended - begun);
        }
        board.set(LAST_SYNC_DIRTY, dirtyPages);
        board.set(DIRTY_SYNC_COUNT, board.get(DIRTY_SYNC_COUNT) + 1);
        beginPass(ended);
        return board.get(DIRTY_SYNC_COUNT);
    }

    /** Takes a wait with nothing to send out of the bandwidth. */
    void waited(long nanos) {
        bandwidth.addOffWire(nanos);
    }

    /** Counts what a sync found as dirtied by the guest; what the first one finds was written before anybody measured. */
    void dirtied(long now, long dirtyPages) {
        dirtyRate.onSync(now, dirtyPages, sink.transferredBytes());
        board.set(DIRTY_PAGES_RATE, dirtyRate.pagesPerSecond());
        board.set(DIRTY_PERIODS, dirtyRate.periods());
        board.set(PERIOD_DIRTY, dirtyRate.periodPages());
        board.set(PERIOD_TRANSFERRED, dirtyRate.periodBytes());
    }

    private void beginPass(long now) {
        passStartNanos = now;
        passStartBytes = sink.transferredBytes();
    }

    /** Closes a window of the bandwidth if it is long enough; true if the bandwidth may have changed. */
    boolean updateBandwidth(long now, RateLimiter limiter) {
        if (!linkBytes.isKnown(now, limiter) || !bandwidth.isOver(now, limiter, linkBytes.carriedBytes())) {
            return false;
        }
        linkBytes.beginWindow(now);
        return bandwidth.update(
                now,
                limiter,
                linkBytes.carriedBytes(),
                sender.takenPages() * pageBytes,
                sink.scanNanos(),
                sink.onItsWayBytes() > 0);
    }

    /** Brings every figure up to date. */
    void refresh(long now) {
        board.set(TOTAL_TIME, elapsedNanos(now));
        board.set(TRANSFERRED, sink.transferredBytes());
        board.set(PASS_TRANSFERRED, sink.transferredBytes() - passStartBytes);
        board.set(PASS_TIME, now - passStartNanos);
        board.set(REMAINING, remainingBytes());
        board.set(IN_FLIGHT, sink.inFlightBytes());
        board.set(NORMAL, sink.normalPages());
        board.set(DUPLICATE, sink.duplicatePages());
        board.set(WIRE_RATE, bandwidth.wireBytesPerSecond());
        board.set(EFFECTIVE_RATE, bandwidth.effectiveBytesPerSecond());
    }

    long elapsedNanos(long now) {
        return now - startNanos;
    }

    long passNanos(long now) {
        return now - passStartNanos;
    }

    long remainingBytes() {
        return ports.round().pending().count() * pageBytes;
    }

    long wireBytesPerSecond() {
        return bandwidth.wireBytesPerSecond();
    }
}
