package org.ramtracker.sim.monitor;

/**
 * A counter at one moment.
 *
 * @param label name and unit, as in the counters file
 * @param value what it stood at
 */
public record CounterValue(String label, long value) {}
