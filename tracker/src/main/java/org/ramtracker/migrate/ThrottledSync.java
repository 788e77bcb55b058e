package org.ramtracker.migrate;

/**
 * While the guest is throttled the log is synced at least every 5 s, so that the next step comes soon although passes are
 * long. The first pass is left alone: it sends everything whatever the guest does.
 */
final class ThrottledSync implements Rule {
    /** QEMU's interval. */
    static final long INTERVAL_NANOS = 5_000_000_000L;

    private static final Verdict SYNC = new Verdict(Decision.Action.SYNC, ConvergenceRule.AUTO_CONVERGE, null);

    @Override
    public Verdict judge(Moment moment) {
        MigrationStats stats = moment.stats();
        boolean due = stats.dirtySyncCount() > 1 && stats.passNanos() >= INTERVAL_NANOS;
        return due && moment.throttlePercent() > 0 ? SYNC : Verdict.CONTINUE;
    }
}
