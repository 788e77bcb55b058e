package org.ramtracker.sim.monitor.qmp;

import org.ramtracker.sim.monitor.MonitorException;
import tools.jackson.databind.JsonNode;

/** What a command does. */
@FunctionalInterface
interface QmpCommand {
    /**
     * Runs it.
     *
     * @return what the client gets; an empty object if there is nothing to tell
     */
    JsonNode run(Arguments arguments) throws MonitorException;
}
