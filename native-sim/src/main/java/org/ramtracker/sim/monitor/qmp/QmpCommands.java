package org.ramtracker.sim.monitor.qmp;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ramtracker.sim.monitor.ErrorClass;
import org.ramtracker.sim.monitor.HumanMonitor;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MonitorException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** All commands, by name. */
final class QmpCommands {
    private final Map<String, QmpCommand> commands = new LinkedHashMap<>();

    QmpCommands(ManagedVm vm, HumanMonitor human) {
        new StateCommands(vm, human).addTo(commands);
        new MigrationCommands(vm).addTo(commands);
        new SettingCommands(vm).addTo(commands);
        new DirtyRateCommands(vm).addTo(commands);
        commands.put("query-commands", this::queryCommands);
        commands.put("qmp_capabilities", arguments -> QmpJson.object()); // listed; the session runs it
    }

    /**
     * Runs a command.
     *
     * @return its result
     * @throws MonitorException if there is no such command, or it refuses
     */
    JsonNode execute(Request request) throws MonitorException {
        QmpCommand command = commands.get(request.command());
        if (command == null) {
            throw new MonitorException(
                    ErrorClass.COMMAND_NOT_FOUND, "The command %s has not been found".formatted(request.command()));
        }
        return command.run(new Arguments(request.arguments()));
    }

    private JsonNode queryCommands(Arguments arguments) throws MonitorException {
        arguments.end();
        ArrayNode names = QmpJson.array();
        commands.keySet().forEach(name -> names.addObject().put("name", name));
        return names;
    }
}
