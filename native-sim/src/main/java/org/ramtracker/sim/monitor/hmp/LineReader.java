package org.ramtracker.sim.monitor.hmp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines from a client that may send anything: each is bounded, and holds no control characters. */
final class LineReader {
    /** QEMU's {@code READLINE_CMD_BUF_SIZE}. */
    static final int LINE_BYTES_MAX = 4095;

    private final InputStream in;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** A line that is longer than a line may be. */
    static final class LineTooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        LineTooLongException() {
            super("a line has at most " + LINE_BYTES_MAX + " bytes");
        }
    }

    /**
     * The next line.
     *
     * @return without its line break; null at the end. What comes after the last line break is a line too
     * @throws LineTooLongException if it is too long; nothing can be read any more
     * @throws IOException if the client is gone
     */
    @Nullable
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int octet = in.read();
        if (octet < 0) {
            return null;
        }
        while (octet >= 0 && octet != '\n') {
            if (line.size() == LINE_BYTES_MAX) {
                throw new LineTooLongException();
            }
            line.write(octet);
            octet = in.read();
        }
        return line.toString(StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ");
    }
}
