package org.ramtracker.sim.monitor.qmp;

import java.util.Map;
import org.ramtracker.sim.monitor.GuestCheck;
import org.ramtracker.sim.monitor.HumanMonitor;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.RunState;
import org.ramtracker.sim.monitor.ShutdownReason;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** The machine itself: what it is, and whether it runs. */
final class StateCommands {
    private final ManagedVm vm;
    private final HumanMonitor human;

    StateCommands(ManagedVm vm, HumanMonitor human) {
        this.vm = vm;
        this.human = human;
    }

    void addTo(Map<String, QmpCommand> commands) {
        commands.put("stop", this::stop);
        commands.put("cont", this::cont);
        commands.put("quit", this::quit);
        commands.put("query-status", this::queryStatus);
        commands.put("query-name", this::queryName);
        commands.put("query-version", this::queryVersion);
        commands.put("x-check-guest", this::checkGuest);
        commands.put("human-monitor-command", this::humanMonitorCommand);
    }

    private JsonNode stop(Arguments arguments) throws MonitorException {
        arguments.end();
        vm.stop();
        return QmpJson.object();
    }

    private JsonNode cont(Arguments arguments) throws MonitorException {
        arguments.end();
        vm.cont();
        return QmpJson.object();
    }

    private JsonNode quit(Arguments arguments) throws MonitorException {
        arguments.end();
        vm.quit(ShutdownReason.HOST_QMP_QUIT);
        return QmpJson.object();
    }

    private JsonNode queryStatus(Arguments arguments) throws MonitorException {
        arguments.end();
        RunState state = vm.runState();
        return QmpJson.object().put("status", state.qmpName()).put("running", state == RunState.RUNNING);
    }

    private JsonNode queryName(Arguments arguments) throws MonitorException {
        arguments.end();
        return QmpJson.object().put("name", vm.name());
    }

    private JsonNode queryVersion(Arguments arguments) throws MonitorException {
        arguments.end();
        return QmpVersion.ours();
    }

    /** QEMU has no such command: its guests cannot tell. */
    private JsonNode checkGuest(Arguments arguments) throws MonitorException {
        arguments.end();
        GuestCheck check = vm.checkGuest();
        return QmpJson.object().put("passed", check.passed()).put("summary", check.summary());
    }

    private JsonNode humanMonitorCommand(Arguments arguments) throws MonitorException {
        String line = arguments.string("command-line");
        var ignored = arguments.optionalInteger("cpu-index");
        arguments.end();
        return StringNode.valueOf(human.execute(line));
    }
}
