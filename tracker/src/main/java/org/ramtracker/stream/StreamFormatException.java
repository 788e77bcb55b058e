package org.ramtracker.stream;

import java.io.IOException;

/**
 * The bytes are no stream that can be loaded. The message is one line: source, byte offset, section, block, page, what is
 * wrong.
 */
public final class StreamFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Where in the stream, from its start. */
    private final long offsetBytes;

    StreamFormatException(String message, long offsetBytes) {
        super(message);
        this.offsetBytes = offsetBytes;
    }

    /**
     * Where in the stream the fault was noticed.
     *
     * @return offset of the first byte of the element that is wrong
     */
    public long offsetBytes() {
        return offsetBytes;
    }
}
