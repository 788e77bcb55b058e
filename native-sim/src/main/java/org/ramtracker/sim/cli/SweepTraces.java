package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ramtracker.forecast.DirtyHistory;
import org.ramtracker.forecast.TraceIdentity;
import org.ramtracker.trace.DirtyTrace;

/** The traces of a sweep, each opened and read once for all its cases. */
final class SweepTraces implements AutoCloseable {
    private final List<DirtyTrace> open = new ArrayList<>();
    private final Map<TraceIdentity, DirtyHistory> histories = new LinkedHashMap<>();

    private SweepTraces() {}

    static SweepTraces open(List<Path> files, PrintWriter err) throws IOException {
        SweepTraces traces = new SweepTraces();
        try {
            for (Path file : files) {
                traces.add(DirtyTrace.open(file), err);
            }
            return traces;
        } catch (IOException | RuntimeException | Error e) {
            traces.close();
            throw e;
        }
    }

    private void add(DirtyTrace trace, PrintWriter err) {
        open.add(trace);
        TraceNotes.warnIfNotEnded(trace, err);
        histories.putIfAbsent(TraceIdentity.of(trace), DirtyHistory.of(trace).inMemory());
    }

    /** In the order of the command line, each once. */
    List<TraceIdentity> identities() {
        return List.copyOf(histories.keySet());
    }

    DirtyHistory history(TraceIdentity trace) {
        return Objects.requireNonNull(histories.get(trace));
    }

    @Override
    public void close() throws IOException {
        for (DirtyTrace trace : open) {
            trace.close();
        }
    }
}
