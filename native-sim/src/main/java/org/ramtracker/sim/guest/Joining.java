package org.ramtracker.sim.guest;

import java.time.Duration;
import java.util.List;

/** Waits for threads to end, whoever interrupts; the interrupt is kept for later. */
public final class Joining {
    private static final Duration FOREVER = Duration.ofDays(1);

    private Joining() {}

    /** Waits as long as it takes. */
    public static void all(List<Thread> threads) {
        while (!allWithin(threads, FOREVER)) {
            // as long as it takes
        }
    }

    /** Says whether all have ended. */
    static boolean allWithin(List<Thread> threads, Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        for (Thread thread : threads) {
            interrupted |= joinUntil(thread, deadlineNanos);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return threads.stream().noneMatch(Thread::isAlive);
    }

    /** Says whether somebody interrupted. */
    private static boolean joinUntil(Thread thread, long deadlineNanos) {
        boolean interrupted = false;
        for (long left = deadlineNanos - System.nanoTime(); thread.isAlive() && left > 0; ) {
            try {
                boolean ignored = thread.join(Duration.ofNanos(left));
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = deadlineNanos - System.nanoTime();
        }
        return interrupted;
    }
}
