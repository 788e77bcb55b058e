package org.ramtracker.sim.vmm;

import java.util.concurrent.locks.LockSupport;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.PrecopyAgent;

/** Drives a migration's agent to its end, on the calling thread. */
final class AgentLoop {
    /** Longest sleep between slices that have nothing to do, so that commands and a stalled link are looked at. */
    private static final long IDLE_NANOS_MAX = 1_000_000;

    /** How often a port is polled. Channels have packets for more than a millisecond of random memory, and for 0.3 ms of zero memory. */
    private static final long POLL_NANOS = 200_000;

    private AgentLoop() {}

    /**
     * Does slice after slice.
     *
     * @return how it ended
     * @throws InterruptedException if the caller is interrupted; the migration is then cancelled, and has an outcome
     */
    static MigrationOutcome drive(PrecopyAgent agent) throws InterruptedException {
        return drive(agent, () -> {});
    }

    /**
     * Does slice after slice.
     *
     * @param afterSlice run after each of them
     */
    static MigrationOutcome drive(PrecopyAgent agent, Runnable afterSlice) throws InterruptedException {
        try {
            while (agent.outcome().isEmpty()) {
                if (agent.doWork() == 0) {
                    idle(agent);
                }
                afterSlice.run();
            }
        } finally {
            agent.onClose();
        }
        return agent.outcome().orElseThrow();
    }

    private static void idle(PrecopyAgent agent) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long nanos = agent.nextWakeupNanos() - System.nanoTime();
        LockSupport.parkNanos(nanos <= 0 ? POLL_NANOS : Math.min(nanos, IDLE_NANOS_MAX));
    }
}
