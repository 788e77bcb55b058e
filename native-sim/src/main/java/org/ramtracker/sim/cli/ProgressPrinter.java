package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.report.ProgressLine;
import org.ramtracker.sim.vmm.MigrationOptions;

/** Shows how a migration is going: one line that is written over and over on a terminal, a line a second elsewhere. */
final class ProgressPrinter {
    /** What {@code --progress} can say. */
    enum Style {
        AUTO,
        PLAIN,
        NONE
    }

    private static final long TERMINAL_INTERVAL_MILLIS = 100;
    private static final long PLAIN_INTERVAL_MILLIS = 1_000;
    private static final String ERASE_LINE = "\r\u001b[2K";
    /** A terminal that is too narrow shows the beginning: a line that wraps could not be written over. */
    private static final String CUT_OFF = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    private final PrintStream out;
    private final Style style;
    private final boolean overwrites;
    private boolean advised;
    private String lastLine = "";

    private ProgressPrinter(PrintStream out, Style style, boolean overwrites) {
        this.out = out;
        this.style = style;
        this.overwrites = overwrites;
    }

    static ProgressPrinter onStdout(Style style) {
        return new ProgressPrinter(System.out, style, style == Style.AUTO && isTerminal(1));
    }

    static ProgressPrinter onStderr(Style style) {
        return new ProgressPrinter(System.err, style, style == Style.AUTO && isTerminal(2));
    }

    /** Without a native call: a terminal's descriptor is a link into {@code /dev}. */
    static boolean isTerminal(int fd) {
        try {
            String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** Shows progress until the work is done. */
    <T> T follow(Future<T> work, Supplier<MigrationStats> stats, MigrationOptions options)
            throws ExecutionException, InterruptedException {
        try {
            while (true) {
                try {
                    return work.get(
                            overwrites ? TERMINAL_INTERVAL_MILLIS : PLAIN_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException stillRunning) {
                    show(stats.get(), options);
                }
            }
        } finally {
            erase();
        }
    }

    /** Takes the line back that was written over and over. */
    void erase() {
        if (overwrites) {
            out.print(ERASE_LINE);
            out.flush();
        }
    }

    /** Shows a line in place of the one before, or below it. */
    void showLine(String line) {
        if (style == Style.NONE) {
            return;
        }
        if (overwrites) {
            out.print(ERASE_LINE + CUT_OFF + line + WRAP);
            out.flush();
        } else {
            out.println(line);
        }
    }

    private void show(MigrationStats stats, MigrationOptions options) {
        if (style == Style.NONE) {
            return;
        }
        if (!advised && ProgressLine.isStuck(stats)) {
            advised = true;
            say(Advice.whenStuck(options.parameters()));
        }
        String line = ProgressLine.of(stats, options.compare());
        if (overwrites || stats.status() == MigrationStatus.ACTIVE || !line.equals(lastLine)) {
            showLine(line);
        }
        lastLine = line;
    }

    private void say(String text) {
        out.println(overwrites ? ERASE_LINE + text : text);
    }
}
