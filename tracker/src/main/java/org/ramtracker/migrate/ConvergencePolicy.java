package org.ramtracker.migrate;

/**
 * Decides how a migration converges. A pure function: the same arguments give the same decision, live and in replay. Whatever
 * rules remember is in their memory, which goes in and comes out by value.
 *
 * <p>Threads: immutable.
 */
@FunctionalInterface
public interface ConvergencePolicy {
    /**
     * Judges a migration, in the middle of a pass as well as at its end, and at least once after each sync.
     *
     * @param stats the migration now
     * @param parameters what the operator wants now
     * @param memory what the last decision said to remember; {@link RuleMemory#none} at first
     * @return what to do
     */
    Decision decide(MigrationStats stats, MigrationParameters parameters, RuleMemory memory);

    /**
     * The rules of this package: the base rule, and those that the parameters turn on.
     *
     * @return the policy
     */
    static ConvergencePolicy standard() {
        return StandardPolicy.INSTANCE;
    }
}
