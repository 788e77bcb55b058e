package org.ramtracker.stream;

import java.io.IOException;

/**
 * Thrown by a {@link RamStreamHandler} to refuse what the stream asks for; the reader turns it into a
 * {@link StreamFormatException} that says where this was.
 */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong, and what to do. */
    private final String why;

    /**
     * A refusal.
     *
     * @param why what is wrong, and what to do
     */
    public RefusedException(String why) {
        super(why);
        this.why = why;
    }

    String why() {
        return why;
    }
}
