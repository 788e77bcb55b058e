package org.ramtracker.sim.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a file can be where somebody wants it; asked before the work is done, not after. */
public final class OutputPlace {
    private OutputPlace() {}

    /**
     * Refuses a place where no file can go.
     *
     * @param target where one is to go
     * @throws IOException if there is something that is no file, or no directory to put it in
     */
    public static void requireUsable(Path target) throws IOException {
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new IOException(target + ": exists already and is no file; name another file");
        }
        if (!Files.isDirectory(directoryOf(target))) {
            throw new IOException("%s: there is no directory %s; make it, or name another file"
                    .formatted(target, directoryOf(target)));
        }
    }

    private static Path directoryOf(Path target) {
        Path parent = target.toAbsolutePath().getParent();
        return parent == null ? target.toAbsolutePath() : parent;
    }
}
