package org.ramtracker.sim.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Says on stderr now and then how far a sweep has come, and for how long it has been at it, because forecasts that take long
 * leave the count as it was: one line that is written over on a terminal, a line each three seconds elsewhere. A sweep that is over
 * sooner says nothing there.
 *
 * <p>Threads: {@link #rowDone} and {@link #close} on any; a daemon thread of its own prints.
 */
final class SweepProgress implements AutoCloseable {
    private static final long TERMINAL_INTERVAL_SECONDS = 1;
    private static final long PLAIN_INTERVAL_SECONDS = 3;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final ProgressPrinter printer;
    private final long intervalSeconds;
    private final int rows;
    private final AtomicInteger done = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final long startNanos = System.nanoTime();
    private final Thread thread;

    private SweepProgress(ProgressPrinter printer, long intervalSeconds, int rows) {
        this.printer = printer;
        this.intervalSeconds = intervalSeconds;
        this.rows = rows;
        this.thread = Thread.ofPlatform().daemon().name("sweep-progress").start(this::print);
    }

    /**
     * Begins.
     *
     * @param rows how many are to be played
     * @param quiet whether to say nothing
     */
    static SweepProgress of(int rows, boolean quiet) {
        ProgressPrinter.Style style = quiet ? ProgressPrinter.Style.NONE : ProgressPrinter.Style.AUTO;
        return new SweepProgress(
                ProgressPrinter.onStderr(style),
                ProgressPrinter.isTerminal(2) ? TERMINAL_INTERVAL_SECONDS : PLAIN_INTERVAL_SECONDS,
                rows);
    }

    /** One more row is there. */
    void rowDone() {
        done.incrementAndGet();
    }

    /** For how long it has run shows that it does, also while no forecast ends. */
    static String line(int done, int rows, long elapsedNanos) {
        return "%d of %d forecasts after %d s".formatted(done, rows, elapsedNanos / NANOS_PER_SECOND);
    }

    private void print() {
        try {
            while (!closed.await(intervalSeconds, TimeUnit.SECONDS)) {
                printer.showLine(line(done.get(), rows, System.nanoTime() - startNanos));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        thread.join();
        printer.erase();
    }
}
