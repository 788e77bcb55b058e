package org.ramtracker.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that stay, for what both ends of a transfer do at the same time. */
final class Together implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();

    void start(Callable<?> work) {
        running.add(threads.submit(work));
    }

    /** Waits for all that was started. */
    void join() throws InterruptedException {
        for (Future<?> work : running) {
            try {
                work.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a side of the transfer failed: " + e.getCause(), e.getCause());
            }
        }
        running.clear();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
