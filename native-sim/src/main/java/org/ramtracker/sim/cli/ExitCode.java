package org.ramtracker.sim.cli;

/** What the process's exit code says; the numbers are documented for scripts and never change. */
final class ExitCode {
    /** All was done, and what was checked held. */
    static final int OK = 0;
    /** It went wrong; one line on stderr says why. */
    static final int FAILED = 1;
    /** The command line was not understood. */
    static final int USAGE = 2;
    /** The guest was moved and is not what it was at the source. */
    static final int NOT_EQUAL = 3;
    /** Ended by Ctrl-C. The JVM ends with this number by itself. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
