package org.ramtracker.sim.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a file can be where somebody wants it; asked before the work is done, not after. */
public final class OutputPlace {
    private OutputPlace() {}

    /**
     * Refuses a place where no file can go; makes one there for a moment.
     *
     * @param target where one is to go
     * @throws IOException if there is something that is no file, no directory to put it in, or one where no file can be made
     */
    public static void requireUsable(Path target) throws IOException {
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new IOException(target + ": exists already and is no file; name another file");
        }
        if (!Files.isDirectory(directoryOf(target))) {
            throw new IOException("%s: there is no directory %s; make it, or name another file"
                    .formatted(target, directoryOf(target)));
        }
        requireRoom(target);
    }

    /** Permissions do not tell: there are file systems where not even root can make a file. */
    private static void requireRoom(Path target) throws IOException {
        try {
            Files.delete(Files.createTempFile(directoryOf(target), ".ramtracker-", ""));
        } catch (IOException e) {
            throw new IOException(
                    "%s: no file can be made in %s; name one in a directory that you may write to"
                            .formatted(target, directoryOf(target)),
                    e);
        }
    }

    private static Path directoryOf(Path target) {
        Path parent = target.toAbsolutePath().getParent();
        return parent == null ? target.toAbsolutePath() : parent;
    }
}
