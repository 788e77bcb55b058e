package org.ramtracker.sim.monitor.qmp;

import java.util.Optional;
import java.util.OptionalLong;
import org.ramtracker.migrate.MaxTotalTimeAction;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.ParameterUnit;
import org.ramtracker.sim.monitor.MonitorException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.StringNode;

/** A migration parameter's value in JSON: a boolean, a name, or an integer in the monitor's unit. */
final class ParameterValue {
    private ParameterValue() {}

    static JsonNode shown(MigrationParameter parameter, MigrationParameters present) {
        return switch (parameter.unit()) {
            case SWITCH -> BooleanNode.valueOf(present.isOn(parameter));
            case ACTION -> StringNode.valueOf(present.maxTotalTimeAction().monitorName());
            case BYTES_PER_SECOND, TIME, PERCENT, PASSES, TIMES_RAM ->
                LongNode.valueOf(parameter.unit().toMonitor(present.get(parameter)));
        };
    }

    /**
     * Takes a parameter's value out of the arguments.
     *
     * @return its value in the engine's unit; empty if it is not there
     * @throws MonitorException if it has another type or is out of range
     */
    static Optional<Long> taken(MigrationParameter parameter, Arguments arguments) throws MonitorException {
        String name = parameter.qemuName();
        return switch (parameter.unit()) {
            case SWITCH -> arguments.optionalFlag(name).map(on -> on ? 1L : 0L);
            case ACTION -> {
                Optional<String> value = arguments.optionalString(name);
                yield value.isEmpty() ? Optional.empty() : Optional.of(action(name, value.get(), arguments));
            }
            case BYTES_PER_SECOND, TIME, PERCENT, PASSES, TIMES_RAM -> number(parameter, arguments);
        };
    }

    private static long action(String name, String value, Arguments arguments) throws MonitorException {
        try {
            return MaxTotalTimeAction.named(value).value();
        } catch (IllegalArgumentException e) {
            throw arguments.notAccepted(name, value);
        }
    }

    private static Optional<Long> number(MigrationParameter parameter, Arguments arguments) throws MonitorException {
        OptionalLong value = arguments.optionalInteger(parameter.qemuName());
        if (value.isEmpty()) {
            return Optional.empty();
        }
        ParameterUnit unit = parameter.unit();
        long least = unit.toMonitor(parameter.min());
        long most = unit.toMonitor(parameter.max());
        if (value.getAsLong() < least || value.getAsLong() > most) {
            throw new MonitorException("Parameter '%s' expects an integer in the range of %d to %d %s"
                    .formatted(parameter.qemuName(), least, most, unit.monitorName()));
        }
        return Optional.of(unit.fromMonitor(value.getAsLong()));
    }
}
