package org.ramtracker.dirty;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several logs of one guest as one: KVM's, and the marks of the VMM's own devices. A page is dirty if one of them says so.
 *
 * <p>Each log keeps its own promise, and a sync moves the pages of all of them before it returns, so what is copied afterwards is
 * copied after every log has fetched and protected. If a log fails, the others are asked all the same: what they held is in the
 * set, and what the failed one held is still in it, or in the set.
 *
 * <p>Over-reporting: that of the logs.
 *
 * <p>Threads: as {@link DirtyLog}; {@link #close} from any thread, and it waits for a sync that is under way. A sync allocates
 * nothing.
 */
public final class UnionDirtyLog implements DirtyLog, AutoCloseable {
    private final List<DirtyLog> logs;
    private final PageBitmap found;

    /**
     * A union. It does not own the logs: whoever opened them closes them.
     *
     * @param pages size of the page space of the logs
     * @param logs the logs, started in this order and stopped in the opposite one
     */
    public UnionDirtyLog(long pages, List<DirtyLog> logs) {
        this.logs = List.copyOf(logs);
        this.found = new PageBitmap(pages);
    }

    /** {@inheritDoc} If one fails, those that were started are stopped. */
    @Override
    public void start() {
        int started = 0;
        try {
            while (started < logs.size()) {
                logs.get(started).start();
                started++;
            }
        } catch (RuntimeException | Error e) {
            throwUnchecked(stopFirst(started, e));
        }
    }

    /**
     * {@inheritDoc} A page that several logs report counts once.
     *
     * @throws RuntimeException the first failure, with those of later logs suppressed
     */
    @Override
    public synchronized long sync(PageBitmap pending) {
        Throwable failure = null;
        for (int i = 0; i < logs.size(); i++) { // an iterator would be an allocation
            failure = syncOne(logs.get(i), failure);
        }
        long count = moveTo(pending);
        throwUnchecked(failure);
        return count;
    }

    private @Nullable Throwable syncOne(DirtyLog log, @Nullable Throwable failure) {
        try {
            long ignored = log.sync(found);
            return failure;
        } catch (RuntimeException | Error e) {
            return withSuppressed(failure, e);
        }
    }

    /** Cleared only when everything has been added: a set that cannot take the pages leaves them here for the next sync. */
    private long moveTo(PageBitmap pending) {
        pending.addAll(found);
        long count = found.count();
        found.clear();
        return count;
    }

    /** {@inheritDoc} All are stopped, even if one fails. */
    @Override
    public void stop() {
        throwUnchecked(stopFirst(logs.size(), null));
    }

    private @Nullable Throwable stopFirst(int count, @Nullable Throwable cause) {
        Throwable failure = cause;
        for (int i = count - 1; i >= 0; i--) {
            try {
                logs.get(i).stop();
            } catch (RuntimeException | Error e) {
                failure = withSuppressed(failure, e);
            }
        }
        return failure;
    }

    private static Throwable withSuppressed(@Nullable Throwable first, Throwable later) {
        if (first == null) {
            return later;
        }
        first.addSuppressed(later);
        return first;
    }

    private static void throwUnchecked(@Nullable Throwable failure) {
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
    }

    /** Frees the union's own set. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        found.close();
    }
}
