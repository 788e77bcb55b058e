package org.ramtracker.migrate;

/** Cancels, or stops the guest, when {@code max-total-time} has passed, also in the middle of a pass. */
final class Deadline implements Rule {
    @Override
    public Verdict judge(Moment moment) {
        long most = moment.get(MigrationParameter.MAX_TOTAL_TIME);
        if (most == 0 || moment.stats().elapsedNanos() < most) {
            return Verdict.CONTINUE;
        }
        return moment.parameters().maxTotalTimeAction() == MaxTotalTimeAction.SWITCH_OVER
                ? Verdict.stop(ConvergenceRule.MAX_TOTAL_TIME, moment)
                : cancel(most);
    }

    private static Verdict cancel(long mostNanos) {
        String reason =
                "max-total-time of %d ms has passed; raise the bandwidth or the downtime limit, or let the guest write less"
                        .formatted(ParameterUnit.TIME.toMonitor(mostNanos));
        return new Verdict(Decision.Action.CANCEL, ConvergenceRule.MAX_TOTAL_TIME, reason);
    }
}
