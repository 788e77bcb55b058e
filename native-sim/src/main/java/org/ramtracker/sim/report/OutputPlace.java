package org.ramtracker.sim.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

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

    /**
     * Refuses a place where no file can go, or where one is that is not of our kind, and which somebody may be sorry for.
     *
     * @param target where one is to go
     * @param beginning how each file of the kind begins, in ASCII
     * @param kind what to call it
     * @throws IOException as {@link #requireUsable}, or if there is something that begins otherwise
     */
    public static void requireReplaceable(Path target, String beginning, String kind) throws IOException {
        requireUsable(target);
        if (Files.exists(target) && !begins(target, beginning.getBytes(StandardCharsets.US_ASCII))) {
            throw new IOException(target + ": exists already and is no " + kind + "; name another file");
        }
    }

    private static boolean begins(Path file, byte[] beginning) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return Arrays.equals(bytes.readNBytes(beginning.length), beginning);
        }
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
