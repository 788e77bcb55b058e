package org.ramtracker.bench;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The {@code -p NAME=VALUE,...} of a command line. JMH ignores names that no benchmark has, and tries values that a parameter
 * cannot take in a JVM of their own each.
 */
final class GivenParameters {
    private static final String OPTION = "-p";

    private GivenParameters() {}

    /** Refuses, in one line, what no benchmark that is going to run can take. */
    static void check(List<String> commandLine, Options options) throws CommandLineOptionException {
        Set<Field> fields = fields(options);
        for (String given : given(commandLine)) {
            check(given, fields);
        }
    }

    private static List<String> given(List<String> commandLine) {
        return IntStream.range(1, commandLine.size())
                .filter(i -> commandLine.get(i - 1).equals(OPTION))
                .mapToObj(commandLine::get)
                .toList();
    }

    private static void check(String given, Set<Field> fields) throws CommandLineOptionException {
        String name = given.substring(0, Math.max(0, given.indexOf('=')));
        List<Field> named =
                fields.stream().filter(field -> field.getName().equals(name)).toList();
        if (named.isEmpty()) {
            throw new CommandLineOptionException("-p %s: %s".formatted(given, whatThereIs(fields)));
        }
        for (String value : given.substring(name.length() + 1).split(",", -1)) {
            if (named.stream().noneMatch(field -> takes(field, value))) {
                throw new CommandLineOptionException("-p %s: %s is %s"
                        .formatted(given, name, values(named.getFirst().getType())));
            }
        }
    }

    private static String whatThereIs(Set<Field> fields) {
        return fields.isEmpty()
                ? "these benchmarks have no parameters"
                : "the parameters of these benchmarks are "
                        + names(fields.stream().map(Field::getName));
    }

    private static boolean takes(Field field, String value) {
        Class<?> type = field.getType();
        if (type.isEnum()) {
            return constants(type).anyMatch(value::equals);
        }
        if (type == boolean.class) {
            return value.equals("true") || value.equals("false");
        }
        return type == String.class || value.matches(type == double.class ? "-?\\d+(\\.\\d+)?" : "-?\\d+");
    }

    private static String values(Class<?> type) {
        if (type == boolean.class) {
            return "true or false";
        }
        return type.isEnum() ? names(constants(type)) : "a number";
    }

    private static Stream<String> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants()).map(Object::toString);
    }

    private static String names(Stream<String> names) {
        return names.distinct().collect(Collectors.joining(", "));
    }

    private static Set<Field> fields(Options options) {
        Set<BenchmarkListEntry> entries = BenchmarkList.defaultList()
                .find(
                        OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                        options.getIncludes(),
                        options.getExcludes());
        return entries.stream()
                .flatMap(entry -> Stream.of(typeOf(entry).getFields()))
                .filter(field -> field.isAnnotationPresent(Param.class))
                .collect(Collectors.toCollection(
                        () -> new TreeSet<>(Comparator.comparing(Field::getName).thenComparing(Field::toString))));
    }

    private static Class<?> typeOf(BenchmarkListEntry entry) {
        try {
            return Class.forName(entry.getUserClassQName());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(entry.getUserClassQName() + " is listed and is not here", e);
        }
    }
}
