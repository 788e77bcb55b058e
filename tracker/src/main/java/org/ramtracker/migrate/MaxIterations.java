package org.ramtracker.migrate;

/**
 * Hard stop after so many passes. A pass is over with the sync that ends it, and that sync says what would remain; so it fires
 * when the log has been synced once more than passes are allowed.
 */
final class MaxIterations implements Rule {
    private static final Verdict STOP = Verdict.switchOver(ConvergenceRule.MAX_ITERATIONS);

    @Override
    public Verdict judge(Moment moment) {
        long most = moment.get(MigrationParameter.MAX_ITERATIONS);
        return most > 0 && moment.stats().dirtySyncCount() > most ? STOP : Verdict.CONTINUE;
    }
}
