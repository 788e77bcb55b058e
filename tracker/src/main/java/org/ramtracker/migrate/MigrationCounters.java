package org.ramtracker.migrate;

import java.util.Optional;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

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

    /**
     * The figures as a watcher sees them.
     *
     * @param reader over the counters, which may hold anything
     * @return the figures; empty if not all of them are there, or if the status is none that exists
     */
    public static Optional<MigrationStats> read(CountersReader reader) {
        long[] values = new long[MigrationCounter.COUNT];
        int found = 0;
        for (int id = 0; id <= reader.maxCounterId(); id++) {
            int slot = reader.getCounterTypeId(id) - MigrationCounter.FIRST_TYPE_ID;
            if (reader.getCounterState(id) == CountersReader.RECORD_ALLOCATED && slot >= 0 && slot < values.length) {
                values[slot] = reader.getCounterValue(id);
                found++;
            }
        }
        return found == values.length && MigrationStatus.isCode(values[MigrationCounter.STATUS.slot()])
                ? Optional.of(MigrationStats.of(values))
                : Optional.empty();
    }

    /** Gives the counters back to their manager. */
    @Override
    public void close() {
        for (AtomicCounter counter : counters) {
            counter.close();
        }
    }
}
