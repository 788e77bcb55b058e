package org.ramtracker.sim.monitor.hmp;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;

/**
 * A conversation with a person at a terminal, with history and completion. Ctrl-C asks a migration that the person waits for to
 * end, and otherwise drops the line that is being typed: it never ends the VM.
 *
 * <p>Threads: {@link #run} on one; Ctrl-C arrives on another.
 */
final class TerminalSession implements Console {
    private static final long PROGRESS_INTERVAL_MILLIS = 100;
    private static final String ERASE_LINE = "\r\u001b[2K";
    /** A terminal that is too narrow shows the beginning: a line that wraps could not be written over. */
    private static final String CUT_OFF = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";
    private static final String KEPT = "to end the VM and its guest, type quit\n";

    private final Hmp hmp;
    private final Terminal terminal;
    private final LineReader reader;
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private boolean showsProgress;

    TerminalSession(Hmp hmp, Terminal terminal) {
        this.hmp = hmp;
        this.terminal = terminal;
        this.reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(new DefaultParser().escapeChars(new char[0]).quoteChars(new char[0]))
                .completer((ignored, line, candidates) -> complete(line, candidates))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
        terminal.handle(Signal.INT, signal -> interrupted.set(true));
    }

    private void complete(ParsedLine line, List<Candidate> candidates) {
        hmp.completions(line.words().subList(0, line.wordIndex())).stream()
                .map(Candidate::new)
                .forEach(candidates::add);
    }

    /** Runs what is typed, until Ctrl-D or the end of the machine. */
    void run() {
        print(hmp.greeting());
        while (!hmp.isOver()) {
            try {
                String line = reader.readLine(Hmp.PROMPT);
                interrupted.set(false);
                hmp.execute(line, this);
            } catch (UserInterruptException e) {
                print(KEPT);
            } catch (EndOfFileException e) {
                return;
            } catch (IOException e) {
                throw new AssertionError("a terminal's writer does not throw", e);
            }
        }
    }

    @Override
    public void print(String text) {
        if (showsProgress) {
            showsProgress = false;
            terminal.writer().print(ERASE_LINE);
        }
        terminal.writer().print(text);
        terminal.flush();
    }

    @Override
    public boolean canWait() {
        return true;
    }

    @Override
    public void showProgress(String line) {
        showsProgress = true;
        terminal.writer().print(ERASE_LINE + CUT_OFF + line + WRAP);
        terminal.flush();
    }

    @Override
    public long progressIntervalMillis() {
        return PROGRESS_INTERVAL_MILLIS;
    }

    @Override
    public boolean takeInterrupt() {
        return interrupted.getAndSet(false);
    }
}
