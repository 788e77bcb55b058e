package org.ramtracker.migrate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a migration: written in place by the agent, shown to everybody else a slice at a time, under a sequence
 * lock.
 *
 * <p>Threads: {@link #set}, {@link #get}, {@link #current} and {@link #publish} belong to the agent; {@link #read} is
 * anybody's.
 *
 * <p>Guarantees: {@code read} returns the figures of one {@code publish}, never a mix of two.
 *
 * <p>Progress: publishing is wait-free; reading tries again while a publication is under way.
 */
final class StatsBoard {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle SEQUENCE;

    static {
        try {
            SEQUENCE = MethodHandles.lookup().findVarHandle(StatsBoard.class, "sequence", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] working = new long[MigrationCounter.COUNT];
    private final long[] shown = new long[MigrationCounter.COUNT];
    private final @Nullable MigrationCounters counters;

    /** Odd while a publication is under way. */
    @SuppressWarnings("UnusedVariable") // through SEQUENCE
    private long sequence;

    StatsBoard(@Nullable MigrationCounters counters) {
        this.counters = counters;
    }

    void set(MigrationCounter counter, long value) {
        working[counter.slot()] = value;
    }

    long get(MigrationCounter counter) {
        return working[counter.slot()];
    }

    MigrationStats current() {
        return MigrationStats.of(working);
    }

    void publish() {
        long begun = (long) SEQUENCE.getOpaque(this) + 1;
        SEQUENCE.setOpaque(this, begun);
        VarHandle.storeStoreFence();
        for (int i = 0; i < working.length; i++) {
            SLOT.setOpaque(shown, i, working[i]);
        }
        SEQUENCE.setRelease(this, begun + 1);
        if (counters != null) {
            counters.publish(working);
        }
    }

    MigrationStats read() {
        long[] copy = new long[MigrationCounter.COUNT];
        while (!tryCopy(copy)) {
            Thread.onSpinWait();
        }
        return MigrationStats.of(copy);
    }

    private boolean tryCopy(long[] copy) {
        long before = (long) SEQUENCE.getAcquire(this);
        for (int i = 0; i < copy.length; i++) {
            copy[i] = (long) SLOT.getOpaque(shown, i);
        }
        VarHandle.loadLoadFence();
        return (before & 1) == 0 && before == (long) SEQUENCE.getOpaque(this);
    }
}
