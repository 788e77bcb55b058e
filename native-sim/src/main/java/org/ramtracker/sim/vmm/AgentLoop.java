package org.ramtracker.sim.vmm;

import java.util.concurrent.locks.LockSupport;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.PrecopyAgent;

/** Drives a migration's agent to its end, on the calling thread. */
final class AgentLoop {
    /** Longest sleep between slices that have nothing to do, so that commands and a stalled link are looked at. */
    private static final long IDLE_NANOS_MAX = 1_000_000;

    /** How often a port is polled. The buffer of a unix socket, 208 KiB, is empty after less than 0.1 ms. */
    private static final long POLL_NANOS = 50_000;

    /**
     * The same while channels copy pages: they wake this thread when they have room. That the last pages of a pass have left, a channel
     * has failed or the destination has answered a SYNC is found by polling.
     */
    private static final long CHANNELS_POLL_NANOS = 500_000;

    private AgentLoop() {}

    /**
     * Does slice after slice.
     *
     * @param channels how many page channels there are; 0 for pages in the main stream
     * @return how it ended
     * @throws InterruptedException if the caller is interrupted; the migration is then cancelled, and has an outcome
     */
    static MigrationOutcome drive(PrecopyAgent agent, int channels) throws InterruptedException {
        return drive(agent, channels, () -> {});
    }

    /**
     * Does slice after slice.
     *
     * @param channels how many page channels there are; 0 for pages in the main stream
     * @param afterSlice run after each of them
     */
    static MigrationOutcome drive(PrecopyAgent agent, int channels, Runnable afterSlice) throws InterruptedException {
        try {
            while (agent.outcome().isEmpty()) {
                if (agent.doWork() == 0) {
                    idle(agent, channels);
                }
                afterSlice.run();
            }
        } finally {
            agent.onClose();
        }
        return agent.outcome().orElseThrow();
    }

    private static void idle(PrecopyAgent agent, int channels) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long nanos = agent.nextWakeupNanos() - System.nanoTime();
        LockSupport.parkNanos(nanos <= 0 ? pollNanos(agent, channels) : Math.min(nanos, IDLE_NANOS_MAX));
    }

    private static long pollNanos(PrecopyAgent agent, int channels) {
        boolean channelsCopy = channels > 0 && agent.status() == MigrationStatus.ACTIVE;
        return channelsCopy ? CHANNELS_POLL_NANOS : POLL_NANOS;
    }
}
