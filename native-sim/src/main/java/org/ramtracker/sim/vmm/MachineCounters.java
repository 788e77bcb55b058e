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
 * <p>Threads: the running migration writes; anybody reads. Nothing may use them once the file is closed.
 */
final class MachineCounters {
    /** How many counters a machine has. */
    static final int CAPACITY = MigrationCounter.values().length;

    private final MigrationCounters migration;
    private final CountersReader reader;

    MachineCounters(CountersFile file) {
        this.migration = new MigrationCounters(file.manager());
        this.reader = file.manager();
    }

    /** Those of the migrations, which share them one after the other. */
    MigrationCounters migration() {
        return migration;
    }

    List<CounterValue> values() {
        List<CounterValue> values = new ArrayList<>();
        reader.forEach((id, label) -> values.add(new CounterValue(label, reader.getCounterValue(id))));
        return values;
    }
}
