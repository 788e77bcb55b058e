package org.ramtracker.sim.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C, SIGTERM and SIGHUP as a request to end in good order: asks the work to stop and holds the JVM's shutdown up until
 * it has reported, for at most {@value #GRACE_SECONDS} seconds. The JVM then ends with 128 + the signal's number, unless the
 * work could not be stopped any more and says its own exit code: a script must not take a guest that moved for one that stayed.
 *
 * <p>Threads: {@code stop} runs on one of the JVM's.
 */
final class Interrupt implements AutoCloseable {
    private static final int GRACE_SECONDS = 10;
    private static final int BY_SIGNAL = -1;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;
    private volatile int exitCode = BY_SIGNAL;

    private Interrupt(BooleanSupplier stop) {
        this.hook = new Thread(() -> stopAndAwait(stop), "interrupt");
    }

    /** From now on a signal runs {@code stop}, until this is closed. */
    static Interrupt runs(Runnable stop) {
        return asks(() -> {
            stop.run();
            return true;
        });
    }

    /**
     * The same for work that may have nothing to report yet.
     *
     * @param stop answers whether it will report; if not, the JVM ends at once
     */
    static Interrupt asks(BooleanSupplier stop) {
        Interrupt interrupt = new Interrupt(stop);
        Runtime.getRuntime().addShutdownHook(interrupt.hook);
        return interrupt;
    }

    private void stopAndAwait(BooleanSupplier stop) {
        if (!stop.getAsBoolean()) {
            // What fails from here on fails because the JVM ends, as a class that would register a hook of its own.
            Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {});
            return;
        }
        try {
            if (done.await(GRACE_SECONDS, TimeUnit.SECONDS) && exitCode != BY_SIGNAL) {
                System.out.flush();
                Runtime.getRuntime().halt(exitCode); // exit() would wait for this hook
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It was too late to stop: the process ends with this code, signal or not. Call it before {@link #close}. */
    void endsWith(int exitCode) {
        this.exitCode = exitCode;
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
