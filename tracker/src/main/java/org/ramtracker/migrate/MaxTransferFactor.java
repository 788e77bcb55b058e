package org.ramtracker.migrate;

/** Hard stop when more was sent than so many times the guest's RAM, also in the middle of a pass. */
final class MaxTransferFactor implements Rule {
    @Override
    public Verdict judge(Moment moment) {
        long factor = moment.get(MigrationParameter.MAX_TRANSFER_FACTOR);
        long most = Saturated.times(factor, moment.stats().totalBytes());
        return factor > 0 && moment.stats().transferredBytes() > most
                ? Verdict.stop(ConvergenceRule.MAX_TRANSFER_FACTOR, moment)
                : Verdict.CONTINUE;
    }
}
