package org.ramtracker.live;

import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationPorts;
import org.ramtracker.migrate.PrecopyAgent;
import org.ramtracker.migrate.RamSink;

/** One attempt of the real engine, driven by the test's thread. */
final class Attempt {
    /** Slow machines included. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    final PrecopyAgent agent;
    private long longestSliceNanos;

    /** One that may stand still for as long as it likes. */
    Attempt(TestGuest guest, RamSink sink) {
        this(guest, sink, MigrationParameters.of(0, MigrationParameter.DOWNTIME_LIMIT.max() / 1000));
    }

    Attempt(TestGuest guest, RamSink sink, MigrationParameters parameters) {
        MigrationPorts ports =
                new MigrationPorts(guest.memory, guest.log, guest.round, guest, sink, SystemNanoClock.INSTANCE);
        agent = PrecopyAgent.builder(ports).parameters(parameters).build();
    }

    MigrationOutcome run() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (agent.outcome().isEmpty()) {
            if (slice() == 0) {
                LockSupport.parkNanos(100_000);
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not over after a minute: " + agent.stats());
            }
        }
        return agent.outcome().orElseThrow();
    }

    int slice() {
        long start = System.nanoTime();
        int work = agent.doWork();
        longestSliceNanos = Math.max(longestSliceNanos, System.nanoTime() - start);
        return work;
    }

    long longestSliceNanos() {
        return longestSliceNanos;
    }
}
