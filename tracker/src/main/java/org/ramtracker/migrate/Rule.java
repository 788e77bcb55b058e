package org.ramtracker.migrate;

/** One rule of a policy: a pure function of a moment. */
@FunctionalInterface
interface Rule {
    /** {@link Verdict#CONTINUE} if it has nothing to say, or is turned off. */
    Verdict judge(Moment moment);
}
