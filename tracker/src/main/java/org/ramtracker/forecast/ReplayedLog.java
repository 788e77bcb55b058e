package org.ramtracker.forecast;

import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;

/**
 * The dirty log of a forecast: answers from the history, up to where the guest has come. A history that ends before the
 * migration does is played again from its beginning.
 *
 * <p>Threads: single-threaded, the agent's.
 */
final class ReplayedLog implements DirtyLog {
    private final DirtyHistory history;
    private final DirtyHistory.Epochs reader;
    private final PartialEpoch parts;
    private final WrittenPages written;
    private final PageKindTable kinds;
    private final ReplayedGuest guest;
    private final VirtualClock clock;
    private final MachineModel machine;
    private final long startNanos;

    private long syncedNanos;

    /**
     * A log.
     *
     * @param request what history, from where in it, and with which seed
     * @param kinds told which pages were written
     * @param guest how far it has come
     * @param clock advanced by the time that a sync takes
     */
    ReplayedLog(ForecastRequest request, PageKindTable kinds, ReplayedGuest guest, VirtualClock clock) {
        this.history = request.history();
        this.reader = history.read();
        this.parts = new PartialEpoch(history, request.seed());
        this.written = new WrittenPages(history.layout().pages());
        this.kinds = kinds;
        this.guest = guest;
        this.clock = clock;
        this.machine = request.machine();
        this.startNanos = request.startNanos();
        this.syncedNanos = startNanos;
    }

    @Override
    public void start() {
        syncedNanos = startNanos + guest.ranNanos();
    }

    @Override
    public long sync(PageBitmap pending) {
        long nowNanos = startNanos + guest.ranNanos();
        collect(syncedNanos, nowNanos, written);
        syncedNanos = nowNanos;
        long pages = written.moveTo(pending, kinds);
        clock.advance(machine.syncNanos(pages));
        return pages;
    }

    @Override
    public void stop() {}

    /** Adds what was written from one moment to another; what lies further back than one whole turn is the same again. */
    void collect(long fromNanos, long toNanos, WrittenPages into) {
        long durationNanos = history.durationNanos();
        long atNanos = Math.max(fromNanos, toNanos - durationNanos);
        long epoch = atNanos < toNanos ? history.epochAt(atNanos % durationNanos) : 0;
        while (atNanos < toNanos) {
            long turn = atNanos / durationNanos;
            reader.moveTo(epoch);
            long beganNanos = turn * durationNanos + reader.startNanos();
            long endNanos = turn * durationNanos + reader.endNanos();
            if (atNanos == beganNanos && endNanos <= toNanos) {
                into.addAll(reader);
            } else {
                double length = endNanos - beganNanos;
                double from = (atNanos - beganNanos) / length;
                double to = Math.min(1, (toNanos - beganNanos) / length);
                parts.addPart(epoch, turn, from, to, into);
            }
            atNanos = endNanos;
            epoch = (epoch + 1) % history.epochs();
        }
    }
}
