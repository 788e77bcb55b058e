package org.ramtracker.migrate;

/**
 * A deadline that large guests reach later: so much time for each GiB of RAM. What happens then is {@code max-total-time-action}:
 * cancel by default.
 *
 * @param nanosPerGib time for each GiB
 */
record CompletionTimeout(long nanosPerGib) implements Rule {
    private static final double GIB = 1 << 30;

    @Override
    public Verdict judge(Moment moment) {
        long most = nanosFor(nanosPerGib, moment.stats());
        if (moment.stats().elapsedNanos() < most) {
            return Verdict.CONTINUE;
        }
        return moment.parameters().maxTotalTimeAction() == MaxTotalTimeAction.SWITCH_OVER
                ? Verdict.stop(ConvergenceRule.COMPLETION_TIMEOUT, moment)
                : cancel(most);
    }

    /** So much time for each GiB of a guest's RAM, parts of one included. */
    static long nanosFor(long nanosPerGib, MigrationStats stats) {
        return (long) (nanosPerGib * (stats.totalBytes() / GIB));
    }

    private static Verdict cancel(long mostNanos) {
        String reason =
                "the completion timeout of %d ms for this much RAM has passed; raise the bandwidth or the downtime limit, or let the guest write less"
                        .formatted(ParameterUnit.TIME.toMonitor(mostNanos));
        return new Verdict(Decision.Action.CANCEL, ConvergenceRule.COMPLETION_TIMEOUT, reason);
    }
}
