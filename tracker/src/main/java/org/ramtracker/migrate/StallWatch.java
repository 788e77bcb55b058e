package org.ramtracker.migrate;

import org.jspecify.annotations.Nullable;

/**
 * KubeVirt's memory. What remains is looked at after each sync, because only then is it known.
 *
 * <ul>
 *   <li>The migration is <em>stalled</em> if no less than 96 % of the least that remained 40 s ago or earlier remains.
 *   <li>While it is, the guest is stopped at a <em>local minimum</em>: as soon as at most 104 % of the best remains, and the best
 *       is the least so far.
 *   <li>If that does not come within a patience of 40 s, the best is <em>relaxed</em> to the least that remained in that time, and
 *       the next patience is half as long.
 * </ul>
 *
 * <p>The bandwidth is smoothed: a sample a second, each with a weight of 0.4.
 *
 * @param dirtySyncCount the last sync that was looked at
 * @param lows the least that remained so far, and those before it
 * @param stall how long it has been stalled; null if it makes progress
 * @param sampledNanos when the bandwidth was last sampled
 * @param bytesPerSecond the smoothed bandwidth, 0 if none was measured
 */
record StallWatch(
        long dirtySyncCount, @Nullable Low lows, @Nullable Stall stall, long sampledNanos, long bytesPerSecond)
        implements PresetMemory {
    static final long STALL_NANOS = 40_000_000_000L;
    static final long PATIENCE_NANOS = 40_000_000_000L;
    static final long SAMPLE_NANOS = 1_000_000_000L;
    static final double STALLED_SHARE = 0.96;
    static final double NEAR_BEST_FACTOR = 1.04;
    static final double NEWEST_WEIGHT = 0.4;

    private static final StallWatch NONE = new StallWatch(0, null, null, 0, 0);

    /** A sync that left less than all before it. */
    record Low(long nanos, long bytes, @Nullable Low before) {
        /** The least that remained at that time or earlier; -1 if nothing was looked at so early. */
        static long at(@Nullable Low newest, long nanos) {
            Low low = newest;
            while (low != null && low.nanos > nanos) {
                low = low.before;
            }
            return low == null ? -1 : low.bytes;
        }
    }

    /**
     * A stall.
     *
     * @param bestBytes what to come near to
     * @param leastBytes the least that remained in this patience
     * @param sinceNanos when this patience began
     * @param patienceNanos how long it lasts
     * @param nearBest whether the last sync came near enough
     */
    record Stall(long bestBytes, long leastBytes, long sinceNanos, long patienceNanos, boolean nearBest) {
        Stall seen(long bytes, long nanos) {
            Stall now = new Stall(bestBytes, Math.min(leastBytes, bytes), sinceNanos, patienceNanos, false);
            Stall patient = nanos - sinceNanos >= patienceNanos ? now.relaxed(nanos) : now;
            return patient.judged(bytes);
        }

        private Stall relaxed(long nanos) {
            return new Stall(leastBytes, Long.MAX_VALUE, nanos, patienceNanos / 2, false);
        }

        private Stall judged(long bytes) {
            return new Stall(bestBytes, leastBytes, sinceNanos, patienceNanos, bytes <= bestBytes * NEAR_BEST_FACTOR);
        }
    }

    static StallWatch of(PresetMemory memory) {
        return memory instanceof StallWatch watch ? watch : NONE;
    }

    StallWatch seen(MigrationStats stats) {
        StallWatch sampled = sampled(stats);
        return stats.dirtySyncCount() == dirtySyncCount ? sampled : sampled.synced(stats);
    }

    private StallWatch sampled(MigrationStats stats) {
        long measured = stats.wireBytesPerSecond();
        if (measured == 0 || (bytesPerSecond > 0 && stats.elapsedNanos() - sampledNanos < SAMPLE_NANOS)) {
            return this;
        }
        double smoothed =
                bytesPerSecond == 0 ? measured : NEWEST_WEIGHT * measured + (1 - NEWEST_WEIGHT) * bytesPerSecond;
        return new StallWatch(dirtySyncCount, lows, stall, stats.elapsedNanos(), Math.round(smoothed));
    }

    private StallWatch synced(MigrationStats stats) {
        long bytes = stats.remainingBytes();
        long now = stats.elapsedNanos();
        long leastBefore = Low.at(lows, now - STALL_NANOS);
        boolean stalled = leastBefore >= 0 && bytes >= STALLED_SHARE * leastBefore;
        Low newest = lows == null || bytes < lows.bytes ? new Low(now, bytes, lows) : lows;
        return new StallWatch(
                stats.dirtySyncCount(),
                newest,
                stalled ? stall(newest, now).seen(bytes, now) : null,
                sampledNanos,
                bytesPerSecond);
    }

    private Stall stall(Low newest, long now) {
        return stall == null ? new Stall(newest.bytes, Long.MAX_VALUE, now, PATIENCE_NANOS, false) : stall;
    }

    /** The bandwidth to divide by is the smoothed one. */
    static final class Keeping implements Habits {
        @Override
        public PresetMemory remember(MigrationStats stats, MigrationParameters parameters, PresetMemory memory) {
            return of(memory).seen(stats);
        }

        @Override
        public long wireBytesPerSecond(MigrationStats stats, PresetMemory memory) {
            return of(memory).bytesPerSecond;
        }
    }

    /** Stops a stalled guest where little remains, right after the sync that said so. */
    static final class LocalMinimum implements Rule {
        @Override
        public Verdict judge(Moment moment) {
            Stall stall = of(moment.memory()).stall;
            return stall != null && stall.nearBest && moment.beginsPass()
                    ? Verdict.stop(ConvergenceRule.LOCAL_MINIMUM, moment)
                    : Verdict.CONTINUE;
        }
    }
}
