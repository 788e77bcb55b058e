package org.ramtracker.sim.cli;

import java.io.PrintStream;
import java.util.List;

/** Blocks of lines that follow one another: over each other on a terminal, one after the other elsewhere. */
final class StatScreen {
    private static final String CLEAR = "\u001b[H\u001b[2J";
    private static final String HOME = "\u001b[H";
    private static final String ERASE_REST_OF_LINE = "\u001b[K";
    private static final String ERASE_BELOW = "\u001b[J";

    private final PrintStream out;
    private final boolean overwrites;
    private boolean isFirst = true;

    StatScreen(PrintStream out, boolean overwrites) {
        this.out = out;
        this.overwrites = overwrites;
    }

    void show(List<String> lines) {
        StringBuilder block = new StringBuilder(start());
        isFirst = false;
        for (String line : lines) {
            block.append(line).append(overwrites ? ERASE_REST_OF_LINE : "").append('\n');
        }
        out.print(block.append(overwrites ? ERASE_BELOW : ""));
        out.flush();
    }

    private String start() {
        if (overwrites) {
            return isFirst ? CLEAR : HOME;
        }
        return isFirst ? "" : "\n";
    }
}
