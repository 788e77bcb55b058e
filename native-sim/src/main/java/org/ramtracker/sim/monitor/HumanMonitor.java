package org.ramtracker.sim.monitor;

/** What runs a line of the human monitor (HMP). */
@FunctionalInterface
public interface HumanMonitor {
    /**
     * Runs a line.
     *
     * @param line the command with its arguments
     * @return what the monitor prints, complaints included; lines end with a newline, empty if there is nothing to say
     */
    String execute(String line);
}
