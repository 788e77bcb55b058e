package org.ramtracker.sim.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Faults of the command line that show only when options are looked at together. */
final class Usage {
    private Usage() {}

    /** What no single option can tell is still the command line's fault. */
    static <T> T checked(CommandSpec spec, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
