package org.ramtracker.sim.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, SIGTERM and SIGHUP as a request to end in good order: asks the work to stop and holds the JVM's shutdown up until
 * it has reported, for at most {@value #GRACE_SECONDS} seconds. The JVM then ends with 128 + the signal's number.
 *
 * <p>Threads: {@code stop} runs on one of the JVM's.
 */
final class Interrupt implements AutoCloseable {
    private static final int GRACE_SECONDS = 10;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    private Interrupt(Runnable stop) {
        this.hook = new Thread(() -> stopAndAwait(stop), "interrupt");
    }

    /** From now on a signal runs {@code stop}, until this is closed. */
    static Interrupt runs(Runnable stop) {
        Interrupt interrupt = new Interrupt(stop);
        Runtime.getRuntime().addShutdownHook(interrupt.hook);
        return interrupt;
    }

    private void stopAndAwait(Runnable stop) {
        stop.run();
        try {
            boolean ignored = done.await(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The work has ended and reported. */
    @Override
    public void close() {
        done.countDown();
        try {
            boolean ignored = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is ending, and the hook lets it
        }
    }
}
