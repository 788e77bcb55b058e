package org.ramtracker.sim.vmm;

/**
 * What a guest found when it checked its own memory.
 *
 * @param passed whether every page was as the guest left it
 * @param summary one line: what was checked, or what is wrong and where
 * @param ranNanos how long the guest had run since it was resumed
 */
public record SelfCheckResult(boolean passed, String summary, long ranNanos) {}
