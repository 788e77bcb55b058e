package org.ramtracker.sim.monitor.qmp;

import java.util.Optional;
import java.util.OptionalLong;
import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.TransferParameter;
import org.ramtracker.sim.monitor.TransferParameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.StringNode;

/** A value of the form in which pages travel in JSON: a name for the compression, else an integer. */
final class TransferValue {
    private TransferValue() {}

    static JsonNode shown(TransferParameter parameter, TransferParameters present) {
        return parameter == TransferParameter.MULTIFD_COMPRESSION
                ? StringNode.valueOf(present.compressionName())
                : LongNode.valueOf(present.get(parameter));
    }

    /**
     * Takes a parameter's value out of the arguments.
     *
     * @return its value; empty if it is not there
     * @throws MonitorException if it has another type, or is no method
     */
    static Optional<Long> taken(TransferParameter parameter, Arguments arguments) throws MonitorException {
        if (parameter == TransferParameter.MULTIFD_COMPRESSION) {
            return method(parameter.qemuName(), arguments);
        }
        OptionalLong value = arguments.optionalInteger(parameter.qemuName());
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }

    private static Optional<Long> method(String parameter, Arguments arguments) throws MonitorException {
        Optional<String> name = arguments.optionalString(parameter);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Optional<Long> value = TransferParameters.compressionValue(name.get());
        if (value.isEmpty()) {
            throw arguments.notAccepted(parameter, name.get());
        }
        return value;
    }
}
