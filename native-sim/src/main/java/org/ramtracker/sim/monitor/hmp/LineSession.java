package org.ramtracker.sim.monitor.hmp;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.monitor.hmp.LineReader.LineTooLongException;

/**
 * A conversation in plain lines: over a socket, or with a program at the other end of a pipe. Nothing is echoed, and there are
 * no control characters.
 *
 * <p>Threads: one. It waits when the reader does not read, and nobody else does.
 */
final class LineSession implements Console {
    private static final long PROGRESS_INTERVAL_MILLIS = 1_000;

    private final Hmp hmp;
    private final LineReader lines;
    private final OutputStream out;

    LineSession(Hmp hmp, InputStream in, OutputStream out) {
        this.hmp = hmp;
        this.lines = new LineReader(new BufferedInputStream(in));
        this.out = out;
    }

    /**
     * Runs what is sent, until the end of input or of the machine.
     *
     * @throws IOException if the client is gone
     */
    void run() throws IOException {
        print(hmp.greeting());
        try {
            for (String line = nextLine(); line != null; line = nextLine()) {
                hmp.execute(line, this);
            }
        } catch (LineTooLongException e) {
            print("Error: " + e.getMessage() + "\n");
        }
    }

    private @Nullable String nextLine() throws IOException {
        if (hmp.isOver()) {
            return null;
        }
        print(Hmp.PROMPT);
        return lines.next();
    }

    @Override
    public void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public boolean canWait() {
        return true;
    }

    @Override
    public void showProgress(String line) throws IOException {
        print(line + "\n");
    }

    @Override
    public long progressIntervalMillis() {
        return PROGRESS_INTERVAL_MILLIS;
    }

    @Override
    public boolean takeInterrupt() {
        return false;
    }
}
