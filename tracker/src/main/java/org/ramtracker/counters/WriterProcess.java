package org.ramtracker.counters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The process that writes a file of counters. Its start tells it from a later process that got the same id.
 *
 * @param pid process id, in the namespace of the writer
 * @param startTicks when it started, in clock ticks after boot: field 22 of {@code /proc/PID/stat}, proc_pid_stat(5)
 */
public record WriterProcess(long pid, long startTicks) {
    /** Index of field 22, starttime, after the name of the program, which may hold blanks and parentheses. */
    private static final int START_AFTER_NAME = 19;

    /** Of a process that has ended but was not waited for. */
    private static final String DEAD_STATES = "ZXx";

    /**
     * This process.
     *
     * @return its identity
     * @throws IOException if {@code /proc} does not tell
     */
    static WriterProcess current() throws IOException {
        long pid = ProcessHandle.current().pid();
        OptionalLong startTicks = startTicksOf(pid);
        return new WriterProcess(
                pid,
                startTicks.orElseThrow(() -> new IOException("/proc/" + pid + "/stat does not say when it started")));
    }

    /**
     * Whether it still runs.
     *
     * @return false once it has ended, also if another process has its id now
     */
    public boolean isAlive() {
        try {
            OptionalLong started = startTicksOf(pid);
            return started.isPresent() && started.getAsLong() == startTicks;
        } catch (IOException e) {
            return false; // it ended between two reads
        }
    }

    private static OptionalLong startTicksOf(long pid) throws IOException {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.exists(stat)) {
            return OptionalLong.empty();
        }
        String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
        String[] fields = line.substring(line.lastIndexOf(')') + 2).trim().split(" ", -1);
        return DEAD_STATES.contains(fields[0])
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(fields[START_AFTER_NAME]));
    }
}
