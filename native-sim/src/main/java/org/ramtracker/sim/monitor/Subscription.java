package org.ramtracker.sim.monitor;

/** Stands for a listener; closing it ends the listening. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    /** Nothing is heard after this has returned, except what was being told meanwhile. Twice is harmless. */
    @Override
    void close();
}
