package org.ramtracker.sim.monitor.qmp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.monitor.MonitorException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The arguments of a command, or an object among them, taken out by name and type; what does not fit is refused in QEMU's
 * words. {@link #end} comes last and refuses what nobody asked for.
 */
final class Arguments {
    private final ObjectNode members;
    private final String path;
    private final Set<String> taken = new HashSet<>();

    Arguments(ObjectNode members) {
        this(members, "");
    }

    private Arguments(ObjectNode members, String path) {
        this.members = members;
        this.path = path;
    }

    private @Nullable JsonNode take(String name) {
        taken.add(name);
        return members.get(name);
    }

    private MonitorException wrongType(String name, String expected) {
        return new MonitorException("Invalid parameter type for '%s', expected: %s".formatted(path + name, expected));
    }

    private <T> T required(String name, Optional<T> value) throws MonitorException {
        if (value.isEmpty()) {
            throw new MonitorException("Parameter '%s' is missing".formatted(path + name));
        }
        return value.get();
    }

    /** A text that must be there. */
    String string(String name) throws MonitorException {
        return required(name, optionalString(name));
    }

    Optional<String> optionalString(String name) throws MonitorException {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw wrongType(name, "string");
        }
        return Optional.of(value.stringValue());
    }

    /** A number that must be there. */
    long integer(String name) throws MonitorException {
        OptionalLong value = optionalInteger(name);
        return required(name, value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty());
    }

    OptionalLong optionalInteger(String name) throws MonitorException {
        JsonNode value = take(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrongType(name, "integer");
        }
        return OptionalLong.of(value.longValue());
    }

    /** A flag that must be there. */
    boolean flag(String name) throws MonitorException {
        return required(name, optionalFlag(name));
    }

    Optional<Boolean> optionalFlag(String name) throws MonitorException {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw wrongType(name, "boolean");
        }
        return Optional.of(value.booleanValue());
    }

    /** A list of objects that must be there. */
    List<Arguments> objects(String name) throws MonitorException {
        List<Arguments> objects = new ArrayList<>();
        for (JsonNode element : required(name, optionalArray(name))) {
            String elementName = "%s[%d]".formatted(name, objects.size());
            if (!(element instanceof ObjectNode object)) {
                throw wrongType(elementName, "object");
            }
            objects.add(new Arguments(object, path + elementName + "."));
        }
        return objects;
    }

    /** A list of texts, empty if it is not there. */
    List<String> strings(String name) throws MonitorException {
        List<String> strings = new ArrayList<>();
        Optional<JsonNode> array = optionalArray(name);
        if (array.isPresent()) {
            for (JsonNode element : array.get()) {
                if (!element.isString()) {
                    throw wrongType("%s[%d]".formatted(name, strings.size()), "string");
                }
                strings.add(element.stringValue());
            }
        }
        return strings;
    }

    private Optional<JsonNode> optionalArray(String name) throws MonitorException {
        JsonNode value = take(name);
        if (value != null && !value.isArray()) {
            throw wrongType(name, "array");
        }
        return Optional.ofNullable(value);
    }

    /** The refusal of a text that is none of a few. */
    MonitorException notAccepted(String name, String value) {
        return new MonitorException("Parameter '%s' does not accept value '%s'".formatted(path + name, value));
    }

    /** Nothing else may be there. */
    void end() throws MonitorException {
        for (String name : members.propertyNames()) {
            if (!taken.contains(name)) {
                throw new MonitorException("Parameter '%s' is unexpected".formatted(path + name));
            }
        }
    }
}
