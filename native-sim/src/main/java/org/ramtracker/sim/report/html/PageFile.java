package org.ramtracker.sim.report.html;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.ramtracker.sim.report.OutputPlace;

/**
 * Where a page goes. It is written beside its place and moved there once it is complete, so a reader never sees half of it,
 * and what was there stays as it was if writing fails.
 */
final class PageFile {
    /** How each of our pages begins, and hardly anything else that one would be sorry for. */
    private static final String BEGINNING = "<!DOCTYPE html>";

    private PageFile() {}

    /**
     * Refuses a place where no page can go; asked before the work is done, not after.
     *
     * @throws IOException if there is something that is no page, or no directory to put it in
     */
    static void requireUsable(Path target) throws IOException {
        OutputPlace.requireReplaceable(target, BEGINNING, "page");
    }

    static void write(Path named, String page) throws IOException {
        requireUsable(named);
        // A link stays one, and leads to the new page.
        Path target = Files.exists(named) ? named.toRealPath() : named;
        Path growing = growing(target);
        try {
            Files.writeString(growing, page);
            Path ignored = Files.move(growing, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(growing, e);
            throw e;
        }
    }

    static Path growing(Path target) {
        return target.resolveSibling(
                ".%s.%d".formatted(target.getFileName(), ProcessHandle.current().pid()));
    }

    private static void discard(Path growing, IOException why) {
        try {
            Files.deleteIfExists(growing);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }
}
