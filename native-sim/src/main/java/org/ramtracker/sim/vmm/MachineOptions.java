package org.ramtracker.sim.vmm;

import org.ramtracker.migrate.MigrationParameters;

/**
 * What a managed machine is when it begins.
 *
 * @param name for people, and for the file of its counters
 * @param running whether its guest runs as soon as it can, or waits for {@code cont}
 * @param parameters what is set for its migrations at first
 */
public record MachineOptions(String name, boolean running, MigrationParameters parameters) {}
