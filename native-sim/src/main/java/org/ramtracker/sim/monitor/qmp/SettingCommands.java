package org.ramtracker.sim.monitor.qmp;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MigrationCapability;
import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.ParameterChanges;
import org.ramtracker.sim.monitor.TransferParameter;
import org.ramtracker.sim.monitor.TransferParameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is set for migrations: parameters and capabilities. */
final class SettingCommands {
    private static final List<MigrationParameter> PARAMETERS = MigrationParameter.notCapabilities();

    private final ManagedVm vm;

    SettingCommands(ManagedVm vm) {
        this.vm = vm;
    }

    void addTo(Map<String, QmpCommand> commands) {
        commands.put("migrate-set-parameters", this::setParameters);
        commands.put("query-migrate-parameters", this::queryParameters);
        commands.put("migrate-set-capabilities", this::setCapabilities);
        commands.put("query-migrate-capabilities", this::queryCapabilities);
    }

    private JsonNode setParameters(Arguments arguments) throws MonitorException {
        Map<MigrationParameter, Long> changes = new EnumMap<>(MigrationParameter.class);
        for (MigrationParameter parameter : PARAMETERS) {
            ParameterValue.taken(parameter, arguments).ifPresent(value -> changes.put(parameter, value));
        }
        Map<TransferParameter, Long> transfer = new EnumMap<>(TransferParameter.class);
        for (TransferParameter parameter : TransferParameter.values()) {
            TransferValue.taken(parameter, arguments).ifPresent(value -> transfer.put(parameter, value));
        }
        arguments.end();
        vm.changeParameters(new ParameterChanges(changes, transfer));
        return QmpJson.object();
    }

    private JsonNode queryParameters(Arguments arguments) throws MonitorException {
        arguments.end();
        MigrationParameters present = vm.parameters();
        ObjectNode json = QmpJson.object();
        for (MigrationParameter parameter : PARAMETERS) {
            json.set(parameter.qemuName(), ParameterValue.shown(parameter, present));
        }
        TransferParameters transfer = vm.transferParameters();
        for (TransferParameter parameter : TransferParameter.values()) {
            json.set(parameter.qemuName(), TransferValue.shown(parameter, transfer));
        }
        return json;
    }

    private JsonNode setCapabilities(Arguments arguments) throws MonitorException {
        List<Arguments> entries = arguments.objects("capabilities");
        arguments.end();
        Map<MigrationCapability, Boolean> changes = new EnumMap<>(MigrationCapability.class);
        for (Arguments entry : entries) {
            String name = entry.string("capability");
            boolean state = entry.flag("state");
            entry.end();
            changes.put(
                    MigrationCapability.named(name).orElseThrow(() -> entry.notAccepted("capability", name)), state);
        }
        vm.changeCapabilities(changes);
        return QmpJson.object();
    }

    private JsonNode queryCapabilities(Arguments arguments) throws MonitorException {
        arguments.end();
        Set<MigrationCapability> on = vm.capabilities();
        ArrayNode json = QmpJson.array();
        for (MigrationCapability capability : MigrationCapability.values()) {
            json.addObject().put("state", on.contains(capability)).put("capability", capability.qmpName());
        }
        return json;
    }
}
