package org.ramtracker.sim.vmm;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.status.CountersReader;
import org.ramtracker.counters.CountersFile;
import org.ramtracker.migrate.MigrationCounter;
import org.ramtracker.migrate.MigrationCounters;
import org.ramtracker.sim.monitor.CounterValue;

/**
 * The live counters of a machine in a file that other processes can watch.
 *
 * <p>Threads: the running migration writes; anybody reads.
 *
 * <p>Guarantees: once {@link #close} has returned nobody reads the file, which may be unmapped: a client's command may be late.
 */
final class MachineCounters implements AutoCloseable {
    /** How many counters a machine has. */
    static final int CAPACITY = MigrationCounter.values().length;

    private final MigrationCounters migration;
    private final CountersReader reader;
    private boolean closed;

    MachineCounters(CountersFile file) {
        this.migration = new MigrationCounters(file.manager());
        this.reader = file.manager();
    }

    /** Those of the migrations, which share them one after the other. */
    MigrationCounters migration() {
        return migration;
    }

    /** None once they are closed. */
    synchronized List<CounterValue> values() {
        List<CounterValue> values = new ArrayList<>();
        if (!closed) {
            reader.forEach((id, label) -> values.add(new CounterValue(label, reader.getCounterValue(id))));
        }
        return values;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
