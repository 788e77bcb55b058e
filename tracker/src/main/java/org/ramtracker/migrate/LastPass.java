package org.ramtracker.migrate;

/**
 * Cloud Hypervisor's bandwidth: what the last whole pass sent, over the time that it took.
 *
 * @param dirtySyncCount the pass that is under way
 * @param bytes what was sent in it
 * @param nanos how long it took to send that
 * @param lastBytes what the pass before sent, 0 if there was none
 * @param lastNanos how long that took
 */
record LastPass(long dirtySyncCount, long bytes, long nanos, long lastBytes, long lastNanos) implements PresetMemory {
    private static final LastPass NONE = new LastPass(0, 0, 0, 0, 0);

    static LastPass of(PresetMemory memory) {
        return memory instanceof LastPass last ? last : NONE;
    }

    LastPass seen(MigrationStats stats) {
        if (stats.dirtySyncCount() != dirtySyncCount) {
            return new LastPass(stats.dirtySyncCount(), 0, 0, bytes, nanos).seen(stats);
        }
        return stats.passTransferredBytes() == bytes // waiting for the end of a pass is none of its time
                ? this
                : new LastPass(dirtySyncCount, stats.passTransferredBytes(), stats.passNanos(), lastBytes, lastNanos);
    }

    /** 0 if nothing is known. */
    long bytesPerSecond() {
        return lastNanos == 0 ? 0 : Rates.perSecond(lastBytes, lastNanos);
    }

    static final class Keeping implements Habits {
        @Override
        public PresetMemory remember(MigrationStats stats, MigrationParameters parameters, PresetMemory memory) {
            return of(memory).seen(stats);
        }
    }

    /**
     * Between passes only: {@code R / B <= L}, with the bandwidth of the last pass. Before the first pass there is no such
     * bandwidth, and so no estimate.
     */
    static final class FitsAtItsRate implements Rule {
        private static final Verdict FITS = Verdict.switchOver(ConvergenceRule.DOWNTIME_LIMIT);

        @Override
        public Verdict judge(Moment moment) {
            if (!moment.beginsPass() || moment.stats().dirtySyncCount() <= 1) {
                return Verdict.CONTINUE;
            }
            long rate = of(moment.memory()).bytesPerSecond();
            long nanos = Rates.nanosFor(moment.stats().remainingBytes(), rate);
            return nanos <= moment.downtimeLimitNanos() ? FITS : Verdict.CONTINUE;
        }
    }
}
