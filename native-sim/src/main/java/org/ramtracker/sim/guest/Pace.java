package org.ramtracker.sim.guest;

/**
 * How many steps a thread may make by when.
 *
 * <p>Threads: one, the guest thread's.
 */
interface Pace {
    /** Steps that may be made now, at guest time {@code nowNanos}. */
    long due(long nowNanos);

    /** Counts steps that were made. */
    void use(long steps);

    /** How long to rest when none is due: short against what people see, long against the cost of waking up. */
    long restNanos();
}
