package org.ramtracker.sim.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.ramtracker.sim.report.OutputPlace;
import org.ramtracker.trace.DirtyTrace;
import org.ramtracker.trace.TraceException;

/**
 * Where a new trace goes: to its own name if that is free, else beside the file that it shall replace, which stays as it is
 * until the trace is complete.
 *
 * @param target the name that the trace has in the end
 * @param growing the name that it has while it is recorded
 */
record TraceOutput(Path target, Path growing) {
    /**
     * Chooses.
     *
     * @throws IOException if there is something and it shall not be replaced, or if it is no file, or if there is no directory for it
     */
    static TraceOutput of(Path target, boolean force) throws IOException {
        if (!Files.exists(target)) {
            OutputPlace.requireUsable(target);
            return new TraceOutput(target, target);
        }
        if (!Files.isRegularFile(target)) {
            throw new IOException(target + ": exists already and is no file; name another trace");
        }
        if (!force) {
            throw new IOException(target + ": exists already; name another trace, or add --force to replace it");
        }
        Path growing = target.resolveSibling(target.getFileName() + ".recording");
        if (Files.exists(growing)) {
            throw new IOException(growing + ": exists already, of a recording that runs or was killed; remove it");
        }
        return new TraceOutput(target, growing);
    }

    /** The trace is complete. */
    void commit() throws IOException {
        if (!growing.equals(target)) {
            Path ignored = Files.move(growing, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * The recording has failed: a trace without an epoch is of no use.
     *
     * @return what is left, in words
     */
    String abandon() throws IOException {
        if (!Files.exists(growing)) {
            return "nothing was recorded";
        }
        try (DirtyTrace trace = DirtyTrace.open(growing)) {
            return "what was recorded until then, %d epochs, is in %s".formatted(trace.epochs(), growing);
        } catch (TraceException e) {
            Files.delete(growing);
            return "nothing was recorded";
        }
    }
}
