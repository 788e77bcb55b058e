package org.ramtracker.sim.guest;

/**
 * How far a guest thread got.
 *
 * @param steps steps made
 * @param phaseNanos where it is in the period of a bursty guest, {@code [0, Pacer.BURST_PERIOD_NANOS)}
 */
record ThreadProgress(long steps, long phaseNanos) {
    static final ThreadProgress START = new ThreadProgress(0, 0);
}
