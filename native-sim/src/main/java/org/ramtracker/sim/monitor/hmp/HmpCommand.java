package org.ramtracker.sim.monitor.hmp;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.ramtracker.sim.monitor.MonitorException;

/**
 * A command of the monitor.
 *
 * @param names its name and shorter ones, with bars between them as in QEMU's help
 * @param params its arguments, for people
 * @param help what it does, for people
 * @param words what its arguments can be, one list for each that has a list, for completion
 * @param action what it does
 */
record HmpCommand(String names, String params, String help, List<List<String>> words, Action action) {
    /** What a command does. */
    @FunctionalInterface
    interface Action {
        void run(HmpArguments arguments, Console console) throws SyntaxException, MonitorException, IOException;
    }

    /** One without arguments that could be completed. */
    static HmpCommand of(String names, String params, String help, Action action) {
        return new HmpCommand(names, params, help, List.of(), action);
    }

    boolean isCalled(String name) {
        return Arrays.asList(names.split("\\|", -1)).contains(name);
    }

    /** The longest of its names, by which completion offers it. */
    String name() {
        int bar = names.indexOf('|');
        return bar < 0 ? names : names.substring(0, bar);
    }

    String helpLine() {
        String usage = params.isEmpty() ? names : names + " " + params;
        return usage + " -- " + help + "\n";
    }
}
