package org.ramtracker.sim.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real QEMU, whose guest never runs, and its monitor (HMP). */
final class Qemu implements AutoCloseable {
    private static final String PROGRAM = "qemu-system-x86_64";
    private static final Pattern VERSION = Pattern.compile("version (\\d+)");
    private static final String PROMPT = "(qemu) ";
    private static final long PATIENCE_SECONDS = 20;
    private static final long LIFE_SECONDS = 60;

    private final Process process;
    private final BufferedReader from;
    private final Writer to;

    private Qemu(Process process) {
        this.process = process;
        this.from = process.inputReader(StandardCharsets.UTF_8);
        this.to = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Skips the test if there is none on the PATH, or an older one. */
    static void assumeAtLeast(int major) throws IOException {
        int found = 0;
        try {
            Process asked = new ProcessBuilder(PROGRAM, "--version").start();
            Matcher version =
                    VERSION.matcher(new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            found = version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException none) {
            assumeTrue(false, () -> "skipped: " + none.getMessage());
        }
        assumeTrue(found >= major, "skipped: QEMU %d on the PATH, not %d or newer".formatted(found, major));
    }

    /** A PC of 32 MiB without a disk, which stands still. */
    static Qemu start(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM, "-machine", "pc,accel=tcg", "-m", "32", "-S"));
        command.addAll(List.of("-nodefaults", "-display", "none", "-monitor", "stdio"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        // a QEMU that waits for ever ends here, and with it whoever reads its answer or writes to it
        CompletableFuture<Process> ignored = process.onExit()
                .orTimeout(LIFE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(late -> {
                    process.destroyForcibly();
                    return process;
                });
        Qemu qemu = new Qemu(process);
        qemu.readToPrompt();
        return qemu;
    }

    /** Says something, and returns the answer; what QEMU writes to its log in the meantime is part of it. */
    String ask(String line) throws IOException {
        to.write(line + "\n");
        to.flush();
        return readToPrompt();
    }

    /** Asks until the answer is the expected one. */
    void await(String line, String expected) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        String answer = ask(line);
        while (!answer.contains(expected)) {
            assertThat(System.nanoTime()).as("still: %s", answer).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
            answer = ask(line);
        }
    }

    private String readToPrompt() throws IOException {
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf(PROMPT) < 0) {
            int read = from.read();
            assertThat(read).as("QEMU ended: %s", answer).isNotNegative();
            answer.append((char) read);
        }
        return answer.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
