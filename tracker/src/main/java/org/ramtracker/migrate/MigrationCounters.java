package org.ramtracker.migrate;

import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;

/**
 * The figures of a migration as Agrona counters, one for each {@link MigrationCounter}: whoever maps the counters' file, in
 * this process or another, sees them move. Attempts that follow one another may share them.
 *
 * <p>Threads: the agent writes, with release stores; readers pair them with {@code AtomicCounter.getAcquire} or
 * {@code CountersReader.getCounterValue}.
 *
 * <p>Guarantees: each value was true at the end of some slice. Values of different counters may be from neighbouring slices;
 * {@link PrecopyAgent#stats} is the consistent view.
 */
public final class MigrationCounters implements AutoCloseable {
    private final AtomicCounter[] counters = new AtomicCounter[MigrationCounter.COUNT];

    /**
     * Allocates the counters.
     *
     * @param manager where; it needs room for as many as there are {@link MigrationCounter}s
     * @throws IllegalStateException if it has no room for them
     */
    public MigrationCounters(CountersManager manager) {
        for (MigrationCounter counter : MigrationCounter.values()) {
            counters[counter.slot()] = manager.newCounter(counter.label(), counter.typeId());
        }
    }

    void publish(long[] values) {
        for (int i = 0; i < values.length; i++) {
            counters[i].setRelease(values[i]);
        }
    }

    /** Gives the counters back to their manager. */
    @Override
    public void close() {
        for (AtomicCounter counter : counters) {
            counter.close();
        }
    }
}
