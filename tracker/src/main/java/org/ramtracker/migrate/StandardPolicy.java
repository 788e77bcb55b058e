package org.ramtracker.migrate;

import java.util.List;

/**
 * The rules of this package, in the order in which they are asked; the first that has something to say decides. The base rule
 * comes first, so that a forced switchover is only called one where the downtime limit is really broken.
 */
final class StandardPolicy implements ConvergencePolicy {
    static final StandardPolicy INSTANCE = new StandardPolicy(
            List.of(new BaseRule(), new MaxIterations(), new MaxTransferFactor(), new Deadline(), new ThrottledSync()));

    private final List<Rule> rules;

    private StandardPolicy(List<Rule> rules) {
        this.rules = rules;
    }

    @Override
    public Decision decide(MigrationStats stats, MigrationParameters parameters, RuleMemory memory) {
        RuleMemory next = AutoConverge.remember(stats, parameters, memory);
        Moment moment = new Moment(
                stats,
                parameters,
                next.throttlePercent(),
                ExpectedDowntime.nanos(stats, parameters),
                ConvergenceTimeout.limitNanos(parameters, stats.elapsedNanos()));
        Verdict verdict = judge(moment);
        return new Decision(
                verdict.action(),
                verdict.rule(),
                verdict.reason(),
                moment.expectedDowntimeNanos(),
                moment.downtimeLimitNanos(),
                next.throttlePercent(),
                next);
    }

    private Verdict judge(Moment moment) {
        for (int index = 0; index < rules.size(); index++) { // an iterator would be an allocation
            Verdict verdict = rules.get(index).judge(moment);
            if (verdict.action() != Decision.Action.CONTINUE) {
                return verdict;
            }
        }
        return Verdict.CONTINUE;
    }
}
