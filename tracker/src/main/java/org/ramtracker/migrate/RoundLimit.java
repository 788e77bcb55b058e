package org.ramtracker.migrate;

/**
 * Xen's and p.haul's limit of rounds: {@code max-iterations} of them, the first over all of RAM included. Asked before and after
 * a round's pages are sent, so it stops after those of the last round, without waiting for the sync that follows.
 */
final class RoundLimit implements Rule {
    @Override
    public Verdict judge(Moment moment) {
        long sync = moment.stats().dirtySyncCount();
        long sentRounds = moment.endsPass() ? sync : sync - 1;
        long most = moment.get(MigrationParameter.MAX_ITERATIONS);
        return most > 0 && sentRounds >= most ? Verdict.stop(ConvergenceRule.MAX_ITERATIONS, moment) : Verdict.CONTINUE;
    }
}
