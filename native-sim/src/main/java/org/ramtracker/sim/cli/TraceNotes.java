package org.ramtracker.sim.cli;

import java.io.PrintWriter;
import org.ramtracker.trace.DirtyTrace;

/** What is said of a trace that is used, besides what comes of it. */
final class TraceNotes {
    private TraceNotes() {}

    /** A trace that is cut off in the midst of a phase may tell little of what follows. */
    static void warnIfNotEnded(DirtyTrace trace, PrintWriter err) {
        if (!trace.ended()) {
            err.println(
                    "%s: not ended, so it is still being recorded, or its recorder was killed; taken up to its last epoch"
                            .formatted(trace.file()));
            err.flush();
        }
    }
}
