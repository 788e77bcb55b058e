package org.ramtracker.migrate;

/**
 * VDSM's memory: the least that remained after a sync, and how many syncs left no less.
 *
 * @param dirtySyncCount the last sync that was counted
 * @param leastBytes the least that remained after one
 * @param stalls syncs that left no less than the least before them
 */
record StallCount(long dirtySyncCount, long leastBytes, int stalls) implements PresetMemory {
    /** VDSM's patience. */
    static final int STALLS_MAX = 42;

    private static final StallCount NONE = new StallCount(0, Long.MAX_VALUE, 0);
    private static final int STEPS = 5;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** What rounding in a power may cost: 100 + 400^(4/4) is 500. */
    private static final double ROUNDING = 1e-6;

    static StallCount of(PresetMemory memory) {
        return memory instanceof StallCount count ? count : NONE;
    }

    StallCount seen(MigrationStats stats) {
        if (stats.dirtySyncCount() == dirtySyncCount) {
            return this;
        }
        boolean stalled = stats.remainingBytes() >= leastBytes;
        return new StallCount(
                stats.dirtySyncCount(), Math.min(leastBytes, stats.remainingBytes()), stalls + (stalled ? 1 : 0));
    }

    /**
     * The limit of an iteration, counted from 0: {@code offset + base^i} ms, with {@code offset = D / n} and
     * {@code base = (D - offset)^(1 / (n - 1))}, in whole milliseconds; from the n-th on, D. With D = 500 ms and n = 5: 101, 104,
     * 120, 189, 500 ms. Never more than D, which a D of a few milliseconds would be otherwise.
     */
    static long stepNanos(long limitNanos, long iteration) {
        if (iteration >= STEPS - 1) {
            return limitNanos;
        }
        double limitMillis = limitNanos / (double) NANOS_PER_MILLI;
        double offset = limitMillis / STEPS;
        double base = Math.pow(limitMillis - offset, 1.0 / (STEPS - 1));
        long millis = (long) (offset + Math.pow(base, (double) iteration) + ROUNDING);
        return Math.min(limitNanos, millis * NANOS_PER_MILLI);
    }

    /** The limit rises from iteration to iteration. */
    static final class Keeping implements Habits {
        @Override
        public PresetMemory remember(MigrationStats stats, MigrationParameters parameters, PresetMemory memory) {
            return of(memory).seen(stats);
        }

        @Override
        public long downtimeLimitNanos(MigrationStats stats, MigrationParameters parameters, PresetMemory memory) {
            return stepNanos(parameters.downtimeLimitNanos(), Math.max(0, stats.dirtySyncCount() - 1));
        }
    }

    /** Aborts after the last stall that patience allows. */
    static final class Limit implements Rule {
        private static final Verdict ABORT = new Verdict(
                Decision.Action.CANCEL,
                ConvergenceRule.STALLS,
                "%d syncs left no less to send than an earlier one; raise the bandwidth or the downtime limit, or let the guest write less"
                        .formatted(STALLS_MAX));

        @Override
        public Verdict judge(Moment moment) {
            return of(moment.memory()).stalls >= STALLS_MAX ? ABORT : Verdict.CONTINUE;
        }
    }
}
