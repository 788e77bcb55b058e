package org.ramtracker.sim.monitor.hmp;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ramtracker.migrate.MaxTotalTimeAction;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.ParameterUnit;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MigrationCapability;
import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.ParameterChanges;
import org.ramtracker.sim.monitor.TransferParameter;
import org.ramtracker.sim.monitor.TransferParameters;

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
                        List.of(parameterNames()),
                        this::setParameter),
                new HmpCommand(
                        "migrate_set_capability",
                        "capability state",
                        "switch a capability on or off: see info migrate_capabilities",
                        List.of(capabilityNames(), ON_OFF),
                        this::setCapability));
    }

    private static List<String> parameterNames() {
        return Stream.concat(
                        PARAMETERS.stream().map(MigrationParameter::qemuName),
                        Arrays.stream(TransferParameter.values()).map(TransferParameter::qemuName))
                .toList();
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
        Optional<TransferParameter> transfer = TransferParameter.named(name);
        if (transfer.isPresent()) {
            long value = value(transfer.get(), arguments.string());
            arguments.end();
            vm.changeParameters(ParameterChanges.of(transfer.get(), value));
            return;
        }
        MigrationParameter parameter = MigrationParameter.named(name)
                .filter(PARAMETERS::contains)
                .orElseThrow(() -> new MonitorException("invalid parameter value: " + name));
        set(parameter, value(parameter, arguments.string()), arguments);
    }

    private static long value(TransferParameter parameter, String text) throws MonitorException {
        return switch (parameter) {
            case MULTIFD_COMPRESSION ->
                TransferParameters.compressionValue(text)
                        .orElseThrow(() -> new MonitorException(
                                "Parameter '%s' does not accept value '%s'".formatted(parameter.qemuName(), text)));
            case XBZRLE_CACHE_SIZE -> size(text, 'b');
            case MULTIFD_CHANNELS, MULTIFD_ZLIB_LEVEL, MULTIFD_ZSTD_LEVEL -> number(parameter, text);
        };
    }

    private static long number(TransferParameter parameter, String text) throws MonitorException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new MonitorException(parameter.refusal());
        }
    }

    private void set(MigrationParameter parameter, long value, HmpArguments arguments)
            throws SyntaxException, MonitorException {
        arguments.end();
        vm.changeParameters(ParameterChanges.of(parameter, value));
    }

    /** In the unit of the parameter; on a monitor times are in milliseconds and rates, unlike those of QMP, in MiB. */
    private static long value(MigrationParameter parameter, String text) throws MonitorException {
        return switch (parameter.unit()) {
            case SWITCH -> onOff(parameter, text);
            case ACTION -> action(parameter, text);
            case BYTES_PER_SECOND -> size(text, 'm');
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

    /** A bare number is in the unit of that suffix. */
    private static long size(String text, char unit) throws MonitorException {
        try {
            return HmpArguments.sizeBytes(text, unit);
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
