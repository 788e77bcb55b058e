package org.ramtracker.sim.monitor.hmp;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * {@code --monitor stdio}: the monitor on standard input and output, for a person if both are a terminal, and otherwise for
 * whatever is at the other end of the pipe. As in QEMU the end of input ends the monitor and not the VM, which goes on.
 *
 * <p>Threads: a daemon of its own; {@link #close} from any.
 */
public final class StdioMonitor implements AutoCloseable {
    private final Hmp hmp;
    private final @Nullable Terminal terminal;

    private StdioMonitor(Hmp hmp, @Nullable Terminal terminal) {
        this.hmp = hmp;
        this.terminal = terminal;
    }

    /**
     * Begins to talk.
     *
     * @param hmp what runs the lines
     * @param isTerminal whether both ends are a terminal
     * @return the monitor
     * @throws IOException if the terminal cannot be had
     */
    public static StdioMonitor start(Hmp hmp, boolean isTerminal) throws IOException {
        StdioMonitor monitor = new StdioMonitor(hmp, isTerminal ? terminal() : null);
        Thread.ofPlatform().daemon().name("hmp-stdio").start(monitor::run);
        return monitor;
    }

    private static Terminal terminal() throws IOException {
        Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build();
        if (terminal.getWidth() == 0 || terminal.getHeight() == 0) {
            terminal.setSize(
                    new Size(80, 24)); // nobody told the terminal how large it is, and nothing fits into nothing
        }
        return terminal;
    }

    private void run() {
        if (terminal != null) {
            new TerminalSession(hmp, terminal).run();
            close();
            return;
        }
        try {
            new LineSession(hmp, new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out))
                    .run();
        } catch (IOException e) {
            // nobody reads or writes the other end of the pipe any more
        }
    }

    /** Gives the terminal back as it was. Twice is harmless. */
    @Override
    public void close() {
        if (terminal != null) {
            try {
                terminal.close();
            } catch (IOException e) {
                // it is gone, and with it whatever was to be given back
            }
        }
    }
}
