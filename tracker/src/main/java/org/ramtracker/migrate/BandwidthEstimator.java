package org.ramtracker.migrate;

/**
 * Bandwidth over windows of 100 ms, as two figures. The <em>wire rate</em> is bytes over the time that was left for
 * the wire: time for syncing the log and for looking at pages that do not travel whole is taken out. It says how long the
 * pages that remain will take, and the base rule divides by it. The <em>effective rate</em> counts everything; it says how
 * fast the migration goes. Counting the sync in, as QEMU does, under-estimates the link and keeps migrations from converging.
 *
 * <p>Pages that remain have to be looked at and copied as well, and where the thread that does so also writes to the link their
 * bytes wait meanwhile. So looking counts by the share {@code b / G} of the bytes sent in the guest bytes taken: with a window
 * of {@code W} on the wire and looking together, of which {@code S} looking, {@code B = b / (W - S + S b / G)}, and therefore
 * {@code R / B = R (W - S) / b + R S / G}: the time of {@code R} bytes on the wire, and of looking at {@code R} bytes of pages.
 * Where the link drains buffers meanwhile, the window was the shorter for it, and so will the rest be.
 *
 * <p>Time in which {@code max-bandwidth} keeps the link idle counts as time on the wire, as in QEMU: with buffers between
 * the sink and the link nobody can tell a fast link from a deep buffer by a short burst. The switchover is not limited and so
 * beats the estimate.
 *
 * <p>A limit lets a window's bytes go in one burst at its beginning. A measurement that began a moment late, because its thread woke
 * late, would end after the next burst and have two of them in its 100 ms: the link would look twice as fast, and the guest would be
 * stopped with twice as much to send as its limit allows. So under a limit a measurement ends with the window, before anything of
 * the next one is sent, though it may be up to 10 ms short; one that began later than that lasts through another window, about
 * 190 ms. QEMU has both windows begin in one place. And the wire rate is never more
 * than the limit: pages that are looked at while the link is kept idle anyway cost the wire no time.
 *
 * <p>Two kinds of windows say little about the link. One with less than 10 ms on the wire leaves the earlier wire rate as it is: its
 * evidence is kept and added to the next window's. And one in which duplicate pages saved more than seven eighths of the bytes
 * measured how fast pages are looked at: it says only that the link carries the effective rate at least, and raises a wire rate that
 * is below that. Until there is a wire rate, the effective rate stands in; it is never above it.
 *
 * <p>A wire rate of 0 is one: the link stood still. But before anything was carried, windows without a byte say nothing: a
 * destination that has not answered yet takes nothing once buffers are full.
 *
 * <p>What remains is counted in bytes of guest memory, as QEMU does, though a duplicate page travels as nine bytes. Dividing
 * by a rate of guest bytes instead would trust that what remains is as empty as what went before, and miss the downtime
 * limit by a factor of up to 455 where it is not. Counting it whole only costs passes, and those are short when pages are
 * empty.
 *
 * <p>The wire rate is the lower of the last two windows that say something: one of 100 ms in which the machine happened to be at
 * its best must not stop a guest whose rest then takes as long as usual. More than two would remember for long what is over.
 * What this costs is one window more, where a link has become faster; one that is as fast as ever is delayed by nothing, nor is a
 * guest under a limit, whose windows are alike. The first window stands alone: buffers that fill in it do not count, and both
 * sides are at their slowest.
 *
 * <p>Without a limit a window ends sooner, after 20 ms, if it has carried {@value #WINDOW_BYTES} bytes. On a link so fast that 100 ms
 * are several passes, they are mostly the first one's: long runs, which go twice as fast as the scattered pages of later
 * passes, of which the rest of a switchover consists. On a slower link 20 ms would be one or two of the steps in which a sink
 * hears what has arrived.
 *
 * <p>Threads: single-threaded, the agent's. Reads no clock: it is told the time. All totals are since the start.
 */
final class BandwidthEstimator {
    /**
     * Shortest window without a limit, unless it carried much; it ends with the slice, up to 50 ms later, and later still if nothing is
     * known to have arrived.
     */
    static final long WINDOW_NANOS = RateLimiter.WINDOW_NANOS;

    /** Shortest window of one that carried much. */
    static final long SHORT_WINDOW_NANOS = 20_000_000L;

    /**
     * Much: a slower link takes longer than 20 ms for a few of the steps, of 4 MiB and 10 ms at least, in which channels hear what
     * has arrived.
     */
    static final long WINDOW_BYTES = 16L << 20;

    /** By so much a window may be shorter, if it ends with one of the limit: what the one before it ended late. */
    static final long LATE_NANOS_MAX = 10_000_000L;

    /** Shortest time on the wire that says something. */
    static final long EVIDENCE_NANOS = 10_000_000L;

    /** A window whose guest bytes are more than this many times its wire bytes measured the scanner. */
    static final int DUPLICATE_SHARE = 8;

    /** A wire rate while there is none, unlike that of a link that stood still. */
    private static final long UNKNOWN = -1;

    private long startNanos;
    private long startWireBytes;
    private long startGuestBytes;
    private long startScanNanos;
    private long offWireNanos;
    private long evidenceBytes;
    private long evidenceNanos;
    private long lastBytesPerSecond = Long.MAX_VALUE;
    private long wireBytesPerSecond = UNKNOWN;
    private long effectiveBytesPerSecond;

    BandwidthEstimator(long nowNanos, long wireBytes, long guestBytes, long scanNanos) {
        begin(nowNanos, wireBytes, guestBytes, scanNanos);
    }

    private void begin(long nowNanos, long wireBytes, long guestBytes, long scanNanos) {
        startNanos = nowNanos;
        startWireBytes = wireBytes;
        startGuestBytes = guestBytes;
        startScanNanos = scanNanos;
        offWireNanos = 0;
    }

    /** Takes a sync, or a wait with nothing to send, out of the time on the wire. */
    void addOffWire(long nanos) {
        offWireNanos += nanos;
    }

    /**
     * Closes the window if it is long enough, and not in the midst of a burst.
     *
     * @param nowNanos the time
     * @param limiter what makes bursts; told the time already
     * @param wireBytes bytes that went over the link so far, as {@link LinkBytes} counts them; never less than before
     * @param guestBytes guest memory sent so far, pages times page size
     * @param scanNanos time spent looking at pages so far
     * @param linkIsBusy whether the link still has something to carry
     * @return whether a window was closed
     */
    boolean update(
            long nowNanos, RateLimiter limiter, long wireBytes, long guestBytes, long scanNanos, boolean linkIsBusy) {
        if (!isOver(nowNanos, limiter, wireBytes)) {
            return false;
        }
        long windowNanos = nowNanos - startNanos;
        long sentBytes = wireBytes - startWireBytes;
        effectiveBytesPerSecond = Rates.perSecond(sentBytes, windowNanos);
        long takenBytes = guestBytes - startGuestBytes;
        long lookingNanos = lookingInVain(scanNanos - startScanNanos, sentBytes, takenBytes);
        // A wait with nothing to send contains the lateness. A sync does not: then the link looks slower than it is,
        // never faster. On a link slower than its limit it is the sink that takes nothing, and the link that is at
        // work.
        long lateNanos = linkIsBusy ? 0 : lateNanos(nowNanos, limiter);
        long sendingNanos = windowNanos - Math.max(offWireNanos, lateNanos);
        weigh(sentBytes, takenBytes, sendingNanos - lookingNanos, limiter);
        begin(nowNanos, wireBytes, guestBytes, scanNanos);
        return true;
    }

    /** Whether {@link #update} would close the window. */
    boolean isOver(long nowNanos, RateLimiter limiter, long wireBytes) {
        long windowNanos = nowNanos - startNanos;
        if (!limiter.isUnlimited()) {
            return limiter.isUntouched() && windowNanos >= WINDOW_NANOS - LATE_NANOS_MAX;
        }
        boolean carriedMuch = wireBytes - startWireBytes >= WINDOW_BYTES;
        return windowNanos >= (carriedMuch ? SHORT_WINDOW_NANOS : WINDOW_NANOS);
    }

    /** Nothing was sent since the limit's window began; with an idle link for no other reason than that the agent came late. */
    private static long lateNanos(long nowNanos, RateLimiter limiter) {
        return limiter.isUnlimited() ? 0 : nowNanos - limiter.windowStartNanos();
    }

    /**
     * Of the time of looking at pages, what saved their bytes. What fills buffers was looked at and is not among the bytes sent, so
     * that it counts as saved as well: at most the time of looking at the 4 to 5 MiB that buffers hold, in each window.
     */
    private static long lookingInVain(long scanNanos, long sentBytes, long takenBytes) {
        return sentBytes >= takenBytes ? 0 : scanNanos - Math.round(scanNanos * ((double) sentBytes / takenBytes));
    }

    private void weigh(long sentBytes, long guestBytes, long onWireNanos, RateLimiter limiter) {
        boolean isKnown = wireBytesPerSecond != UNKNOWN;
        if (isKnown && guestBytes / DUPLICATE_SHARE > sentBytes) {
            raiseToEffective(limiter);
            return;
        }
        if (!isKnown && evidenceBytes + sentBytes == 0) {
            return;
        }
        evidenceBytes += sentBytes;
        evidenceNanos += Math.max(0, onWireNanos);
        if (evidenceNanos >= EVIDENCE_NANOS) {
            long latest = Math.min(Rates.perSecond(evidenceBytes, evidenceNanos), limiter.bytesPerSecond());
            wireBytesPerSecond = Math.min(latest, lastBytesPerSecond);
            lastBytesPerSecond = latest;
            evidenceBytes = 0;
            evidenceNanos = 0;
        }
    }

    /** A first window without a processor would else stay for ever, where every later one is compressed well. */
    private void raiseToEffective(RateLimiter limiter) {
        long carried = Math.min(effectiveBytesPerSecond, limiter.bytesPerSecond());
        wireBytesPerSecond = Math.max(wireBytesPerSecond, carried);
        lastBytesPerSecond = Math.max(lastBytesPerSecond, carried);
    }

    /** The rate to divide by; 0 if nothing is known, or if the link stands still. */
    long wireBytesPerSecond() {
        return wireBytesPerSecond == UNKNOWN ? effectiveBytesPerSecond : wireBytesPerSecond;
    }

    long effectiveBytesPerSecond() {
        return effectiveBytesPerSecond;
    }
}
