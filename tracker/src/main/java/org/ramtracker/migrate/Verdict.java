package org.ramtracker.migrate;

import org.jspecify.annotations.Nullable;

/**
 * What one rule says.
 *
 * @param action what to do; {@link Decision.Action#CONTINUE} leaves the word to the other rules
 * @param rule which rule it is
 * @param reason of a cancel
 */
record Verdict(
        Decision.Action action,
        ConvergenceRule rule,
        @Nullable String reason) {
    /** Nothing to say. */
    static final Verdict CONTINUE = new Verdict(Decision.Action.CONTINUE, ConvergenceRule.DOWNTIME_LIMIT, null);

    static Verdict switchOver(ConvergenceRule rule) {
        return new Verdict(Decision.Action.SWITCH_OVER, rule, null);
    }

    /** A stop that does not ask for the downtime; the base rule's where the downtime fits all the same. */
    static Verdict stop(ConvergenceRule rule, Moment moment) {
        return switchOver(moment.fitsLimit() ? ConvergenceRule.DOWNTIME_LIMIT : rule);
    }
}
