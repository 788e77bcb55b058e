package org.ramtracker.sim.monitor.qmp;

import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.monitor.MonitorException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A command as it was sent.
 *
 * @param command its name
 * @param arguments its arguments, empty if there were none
 */
record Request(String command, ObjectNode arguments) {
    /**
     * Looks at an object's members, in QEMU's words if they are not those of a request.
     *
     * @throws MonitorException if it is no request
     */
    static Request of(ObjectNode object) throws MonitorException {
        for (String name : object.propertyNames()) {
            switch (name) {
                case "execute", "arguments", "id" -> {
                    // looked at below, or by the session
                }
                default -> throw new MonitorException("QMP input member '%s' is unexpected".formatted(name));
            }
        }
        return new Request(command(object.get("execute")), arguments(object.get("arguments")));
    }

    private static String command(@Nullable JsonNode execute) throws MonitorException {
        if (execute == null) {
            throw new MonitorException("QMP input lacks member 'execute'");
        }
        if (!execute.isString()) {
            throw new MonitorException("QMP input member 'execute' must be a string");
        }
        return execute.stringValue();
    }

    private static ObjectNode arguments(@Nullable JsonNode arguments) throws MonitorException {
        if (arguments == null) {
            return QmpJson.object();
        }
        if (!(arguments instanceof ObjectNode object)) {
            throw new MonitorException("QMP input member 'arguments' must be an object");
        }
        return object;
    }
}
