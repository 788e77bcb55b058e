package org.ramtracker.migrate;

/**
 * Nova's downtime limit: from {@code D / n} in {@code n} equal steps to {@code D = downtime-limit}, one every 75 s for each GiB of
 * RAM. With D = 500 ms and n = 10: 50, 95, 140, ... 500 ms.
 */
final class NovaSteps implements Habits {
    static final int STEPS = 10;
    static final long DELAY_NANOS_PER_GIB = 75_000_000_000L;

    @Override
    public long downtimeLimitNanos(MigrationStats stats, MigrationParameters parameters, PresetMemory memory) {
        long delay = Math.max(1, CompletionTimeout.nanosFor(DELAY_NANOS_PER_GIB, stats));
        return stepNanos(parameters.downtimeLimitNanos(), stats.elapsedNanos() / delay);
    }

    /** The limit of step i; those beyond the last are the last. */
    static long stepNanos(long limitNanos, long step) {
        long first = limitNanos / STEPS;
        return first + Math.min(step, STEPS) * (limitNanos - first) / STEPS;
    }
}
