package org.ramtracker.trace;

import java.io.IOException;
import java.nio.file.Path;

/** A file is no trace, or is damaged, or does not fit; the message names the file, the place in it, and what is wrong. */
public final class TraceException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Where in the file, in bytes from its start. */
    private final long offsetBytes;

    TraceException(Path file, long offsetBytes, String what) {
        super("%s: byte %d: %s".formatted(file, offsetBytes, what));
        this.offsetBytes = offsetBytes;
    }

    /**
     * Where it was found.
     *
     * @return bytes from the start of the file
     */
    public long offsetBytes() {
        return offsetBytes;
    }
}
