package org.ramtracker.sim.monitor;

/**
 * What a guest found when it checked its memory.
 *
 * @param passed whether every page is as the guest left it
 * @param summary one line: what was checked, or what is wrong and where
 */
public record GuestCheck(boolean passed, String summary) {}
