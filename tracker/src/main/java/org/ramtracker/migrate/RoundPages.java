package org.ramtracker.migrate;

import org.jspecify.annotations.Nullable;

/**
 * p.haul's memory: how many pages this round and the one before had, and which rule wants the next one to be the last.
 *
 * <p>p.haul looks at a round when its pages were sent, and then stops the guest: what decides was sent while it ran. So the word
 * is kept over the sync that follows.
 *
 * @param dirtySyncCount the round
 * @param pages its pages
 * @param pagesBefore those of the round before, 0 if there was none
 * @param stop the rule that ends it; null while none does
 */
record RoundPages(
        long dirtySyncCount,
        long pages,
        long pagesBefore,
        @Nullable ConvergenceRule stop) implements PresetMemory {
    /** p.haul's "small dump". */
    static final long SMALL_PAGES = 64;

    /** p.haul's largest growth that is no reason to stop, in percent. */
    static final long GROWTH_PERCENT = 10;

    private static final int WHOLE = 100;
    private static final RoundPages NONE = new RoundPages(0, 0, 0, null);

    static RoundPages of(PresetMemory memory) {
        return memory instanceof RoundPages rounds ? rounds : NONE;
    }

    /** The pages of a round. Those of the first are all, whatever its sync found. */
    static long foundBy(MigrationStats stats) {
        return stats.dirtySyncCount() <= 1 && stats.pageSizeBytes() > 0
                ? stats.totalBytes() / stats.pageSizeBytes()
                : stats.lastSyncDirtyPages();
    }

    RoundPages seen(MigrationStats stats, MigrationParameters parameters) {
        RoundPages now = stats.dirtySyncCount() == dirtySyncCount
                ? this
                : new RoundPages(stats.dirtySyncCount(), foundBy(stats), pages, stop);
        return now.stop == null && stats.remainingBytes() == 0 ? now.sent(parameters) : now;
    }

    private RoundPages sent(MigrationParameters parameters) {
        ConvergenceRule rule = ruleThatStops(parameters.get(MigrationParameter.MAX_ITERATIONS));
        return rule == null ? this : new RoundPages(dirtySyncCount, pages, pagesBefore, rule);
    }

    private @Nullable ConvergenceRule ruleThatStops(long roundsMax) {
        if (pages <= SMALL_PAGES) {
            return ConvergenceRule.FEW_DIRTY_PAGES;
        }
        if (pagesBefore > 0 && (pages - pagesBefore) * WHOLE > GROWTH_PERCENT * pagesBefore) {
            return ConvergenceRule.DIRTY_GROWTH;
        }
        return roundsMax > 0 && dirtySyncCount >= roundsMax ? ConvergenceRule.MAX_ITERATIONS : null;
    }

    static final class Keeping implements Habits {
        @Override
        public PresetMemory remember(MigrationStats stats, MigrationParameters parameters, PresetMemory memory) {
            return of(memory).seen(stats, parameters);
        }
    }

    /** Says what was remembered. */
    static final class Stop implements Rule {
        @Override
        public Verdict judge(Moment moment) {
            ConvergenceRule rule = of(moment.memory()).stop;
            return rule == null ? Verdict.CONTINUE : Verdict.stop(rule, moment);
        }
    }
}
