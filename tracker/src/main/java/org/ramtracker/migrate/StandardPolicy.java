package org.ramtracker.migrate;

import java.util.List;

/**
 * Rules in the order in which they are asked; the first that has something to say decides. What is particular to another
 * system, its limit, its bandwidth and its memory, is its {@link Habits}.
 *
 * <p>The base rule comes first, so that a forced switchover is only called one where the downtime limit is really broken.
 */
final class StandardPolicy implements ConvergencePolicy {
    static final StandardPolicy INSTANCE = new StandardPolicy(
            Habits.QEMU,
            List.of(new BaseRule(), new MaxIterations(), new MaxTransferFactor(), new Deadline(), new ThrottledSync()));

    private final Habits habits;
    private final List<Rule> rules;

    StandardPolicy(Habits habits, List<Rule> rules) {
        this.habits = habits;
        this.rules = rules;
    }

    @Override
    public Decision decide(MigrationStats stats, MigrationParameters parameters, RuleMemory memory) {
        RuleMemory next = AutoConverge.remember(stats, parameters, memory)
                .withPreset(habits.remember(stats, parameters, memory.preset()));
        Moment moment = moment(stats, parameters, next);
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

    private Moment moment(MigrationStats stats, MigrationParameters parameters, RuleMemory memory) {
        long limit = habits.downtimeLimitNanos(stats, parameters, memory.preset());
        long bandwidth = ExpectedDowntime.bytesPerSecond(habits.wireBytesPerSecond(stats, memory.preset()), parameters);
        return new Moment(
                stats,
                parameters,
                memory.throttlePercent(),
                ExpectedDowntime.nanos(ExpectedDowntime.toArriveBytes(stats), bandwidth, stats.switchoverCostNanos()),
                ConvergenceTimeout.limitNanos(parameters, limit, stats.elapsedNanos()),
                memory.preset());
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
