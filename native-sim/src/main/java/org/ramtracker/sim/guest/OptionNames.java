package org.ramtracker.sim.guest;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names of constants as people type them: lower case with hyphens. */
final class OptionNames {
    private OptionNames() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static <E extends Enum<E>> E parse(E[] values, String what, String optionName) {
        return Arrays.stream(values)
                .filter(value -> of(value).equals(optionName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no %s is called '%s'; choose one of %s".formatted(what, optionName, list(values))));
    }

    private static String list(Enum<?>[] values) {
        return Arrays.stream(values).map(OptionNames::of).collect(Collectors.joining(", "));
    }
}
