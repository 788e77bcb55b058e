package org.ramtracker.migrate;

/**
 * A rule of a system that asks it between passes only: when a pass was sent, or has not begun.
 *
 * @param rule the rule
 */
record BetweenPasses(Rule rule) implements Rule {
    @Override
    public Verdict judge(Moment moment) {
        return moment.beginsPass() || moment.endsPass() ? rule.judge(moment) : Verdict.CONTINUE;
    }
}
