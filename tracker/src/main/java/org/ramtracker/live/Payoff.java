package org.ramtracker.live;

/**
 * Whether work that makes bytes fewer pays for itself. It is measured over windows of trials: with {@code sent} bytes on the
 * wire in {@code elapsed}, of which the work took {@code cost}, a byte takes {@code (elapsed - cost) / sent} without it, and
 *
 * <pre>
 *   pays  if  cost &lt;= saved x (elapsed - cost) / sent
 * </pre>
 *
 * <p>The pace is that of everything: a slow link, a bandwidth limit, a receiver that lags. On a fast link time is scarce and
 * bytes are not; on a slow one it is the other way round. Work that does not pay is left out for {@value #REST_WINDOWS} windows
 * and then tried for another one, since the link and what the guest writes may change.
 *
 * <p>Threads: one. Reads no clock.
 */
final class Payoff {
    /** Rest after a window that did not pay, in windows. */
    static final int REST_WINDOWS = 16;

    private final long windowTrials;
    private boolean on = true;
    private long trials;
    private long costNanos;
    private long savedBytes;
    private long startNanos;
    private long startWireBytes;
    private long timesOff;

    /**
     * A rule that begins with a window of trials.
     *
     * @param windowTrials trials in a window
     */
    Payoff(long windowTrials, long nowNanos, long wireBytes) {
        this.windowTrials = windowTrials;
        begin(nowNanos, wireBytes);
    }

    /** Whether the next one is worth a trial. */
    boolean isOn() {
        return on;
    }

    /** How often the work was found not to pay. */
    long timesOff() {
        return timesOff;
    }

    /** It was tried, took so long and made so many bytes fewer. */
    void tried(long nanos, long bytes, long nowNanos, long wireBytes) {
        trials++;
        costNanos += nanos;
        savedBytes += bytes;
        if (trials >= windowTrials) {
            on = pays(nowNanos - startNanos, wireBytes - startWireBytes);
            timesOff += on ? 0 : 1;
            begin(nowNanos, wireBytes);
        }
    }

    /** It was not tried, because it is off. */
    void skipped(long nowNanos, long wireBytes) {
        trials++;
        if (trials >= REST_WINDOWS * windowTrials) {
            on = true;
            begin(nowNanos, wireBytes);
        }
    }

    /** In floating point: the products do not fit into 64 bits, and nothing hangs on the last digit. */
    private boolean pays(long elapsedNanos, long sentBytes) {
        double otherNanos = Math.max(0, elapsedNanos - costNanos);
        return savedBytes > 0 && (double) costNanos * sentBytes <= savedBytes * otherNanos;
    }

    private void begin(long nowNanos, long wireBytes) {
        trials = 0;
        costNanos = 0;
        savedBytes = 0;
        startNanos = nowNanos;
        startWireBytes = wireBytes;
    }
}
