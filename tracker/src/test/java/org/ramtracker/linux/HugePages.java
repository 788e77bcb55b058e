package org.ramtracker.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Huge pages of the host's default size for a test. */
final class HugePages implements AutoCloseable {
    /** Pages that may be taken beyond the reserved ones, as long as they are in use. */
    private static final Path OVERCOMMIT = Path.of("/proc/sys/vm/nr_overcommit_hugepages");

    private static final Path RESERVED = Path.of("/proc/sys/vm/nr_hugepages");

    private final String before;

    private HugePages(String before) {
        this.before = before;
    }

    /** Lets so many be mapped until this is closed, or skips the test. Nothing is held back from the host: it is a permission. */
    static HugePages permit(int pages) {
        try {
            HugePages permission = new HugePages(Files.readString(OVERCOMMIT));
            if (read(RESERVED) < pages && read(OVERCOMMIT) < pages) {
                Files.writeString(OVERCOMMIT, Integer.toString(pages));
            }
            return permission;
        } catch (IOException e) {
            return Assumptions.abort(
                    "there are no huge pages, and this process may not ask for them: write %d to %s (%s)"
                            .formatted(pages, OVERCOMMIT, e));
        }
    }

    private static int read(Path file) throws IOException {
        return Integer.parseInt(Files.readString(file).strip());
    }

    @Override
    public void close() throws IOException {
        if (!Files.readString(OVERCOMMIT).equals(before)) {
            Files.writeString(OVERCOMMIT, before);
        }
    }
}
