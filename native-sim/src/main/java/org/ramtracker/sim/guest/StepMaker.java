package org.ramtracker.sim.guest;

import java.io.IOException;

/**
 * Makes the steps of one guest thread. Nothing but stores to guest memory comes of it: when and how many is decided by
 * {@link GuestThread}.
 *
 * <p>Threads: one, that guest thread.
 */
interface StepMaker {
    /** Most steps to ask for at once: so many that asking costs little, so few that a pause need not wait for them. */
    int batchStepsMax();

    /**
     * Makes the steps {@code [firstStep, firstStep + count)}, or the first of them if the guest is to pause. When it returns
     * their stores are done, and marked if this maker marks.
     *
     * @return the step after the last one made
     * @throws IOException if the guest cannot go on
     */
    long make(long firstStep, long count) throws IOException;

    /** Called when no step is due, with how many were made in all. */
    default void rest(long steps) throws IOException {}
}
