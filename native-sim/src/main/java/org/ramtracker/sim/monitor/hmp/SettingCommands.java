package org.ramtracker.sim.monitor.hmp;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ramtracker.migrate.MaxTotalTimeAction;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.ParameterUnit;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MigrationCapability;
import org.ramtracker.sim.monitor.MonitorException;

/** Sets what governs migrations, a running one included. */
final class SettingCommands {
    private static final List<String> ON_OFF = List.of("on", "off");

    /** What governs migrations and is no capability. */
    static final List<MigrationParameter> PARAMETERS = MigrationParameter.notCapabilities();

    private final ManagedVm vm;

    SettingCommands(ManagedVm vm) {
        this.vm = vm;
    }

    List<HmpCommand> commands() {
        return List.of(
                HmpCommand.of(
                        "migrate_set_downtime",
                        "value",
                        "set the downtime limit, in seconds with a fraction, or like 30ms",
                        this::setDowntime),
                HmpCommand.of(
                        "migrate_set_speed",
                        "value",
                        "set the most bytes a second: MiB, or with a suffix like 1g; 0 = unlimited",
                        this::setSpeed),
                HmpCommand.of(
                        "migrate_set_convergence_timeout",
                        "seconds",
                        "double the downtime limit whenever so much time has passed; 0 = never",
                        this::setConvergenceTimeout),
                new HmpCommand(
                        "migrate_set_parameter",
                        "parameter value",
                        "set a parameter: see info migrate_parameters",
                        List.of(PARAMETERS.stream()
                                .map(MigrationParameter::qemuName)
                                .toList()),
                        this::setParameter),
                new HmpCommand(
                        "migrate_set_capability",
                        "capability state",
                        "switch a capability on or off: see info migrate_capabilities",
                        List.of(capabilityNames(), ON_OFF),
                        this::setCapability));
    }

    private static List<String> capabilityNames() {
        return Arrays.stream(MigrationCapability.values())
                .map(MigrationCapability::qmpName)
                .toList();
    }

    private void setDowntime(HmpArguments arguments, Console console) throws SyntaxException, MonitorException {
        set(MigrationParameter.DOWNTIME_LIMIT, arguments.timeNanos(), arguments);
    }

    private void setSpeed(HmpArguments arguments, Console console) throws SyntaxException, MonitorException {
        set(MigrationParameter.MAX_BANDWIDTH, arguments.sizeBytes(), arguments);
    }

    private void setConvergenceTimeout(HmpArguments arguments, Console console)
            throws SyntaxException, MonitorException {
        set(MigrationParameter.CONVERGENCE_TIMEOUT, arguments.timeNanos(), arguments);
    }

    private void setParameter(HmpArguments arguments, Console console) throws SyntaxException, MonitorException {
        String name = arguments.string();
        MigrationParameter parameter = MigrationParameter.named(name)
                .filter(PARAMETERS::contains)
                .orElseThrow(() -> new MonitorException("invalid parameter value: " + name));
        set(parameter, value(parameter, arguments.string()), arguments);
    }

    private void set(MigrationParameter parameter, long value, HmpArguments arguments)
            throws SyntaxException, MonitorException {
        arguments.end();
        vm.changeParameters(present -> present.with(parameter, value));
    }

    /** In the unit of the parameter; on a monitor times are in milliseconds and rates, unlike those of QMP, in MiB. */
    private static long value(MigrationParameter parameter, String text) throws MonitorException {
        return switch (parameter.unit()) {
            case SWITCH -> onOff(parameter, text);
            case ACTION -> action(parameter, text);
            case BYTES_PER_SECOND -> size(text);
            case TIME, PERCENT, PASSES, TIMES_RAM -> integer(parameter, text);
        };
    }

    private static long onOff(MigrationParameter parameter, String text) throws MonitorException {
        return switch (text) {
            case "on" -> 1;
            case "off" -> 0;
            default -> throw expected(parameter, "'on' or 'off'");
        };
    }

    private static long action(MigrationParameter parameter, String text) throws MonitorException {
        try {
            return MaxTotalTimeAction.named(text).value();
        } catch (IllegalArgumentException e) {
            throw expected(parameter, "'cancel' or 'switch-over'");
        }
    }

    private static long size(String text) throws MonitorException {
        try {
            return HmpArguments.sizeBytes(text);
        } catch (SyntaxException e) {
            throw new MonitorException("Invalid size " + text);
        }
    }

    private static long integer(MigrationParameter parameter, String text) throws MonitorException {
        ParameterUnit unit = parameter.unit();
        try {
            return unit.fromMonitor(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw expected(parameter, "an integer: " + parameter.range());
        }
    }

    private static MonitorException expected(MigrationParameter parameter, String what) {
        return new MonitorException("Parameter '%s' expects %s".formatted(parameter.qemuName(), what));
    }

    private void setCapability(HmpArguments arguments, Console console) throws SyntaxException, MonitorException {
        String name = arguments.string();
        boolean state = arguments.onOff();
        arguments.end();
        MigrationCapability capability = MigrationCapability.named(name)
                .orElseThrow(() -> new MonitorException("invalid parameter value: " + name));
        vm.changeCapabilities(Map.of(capability, state));
    }
}
