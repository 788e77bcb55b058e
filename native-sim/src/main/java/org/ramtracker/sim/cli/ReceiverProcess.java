package org.ramtracker.sim.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ramtracker.sim.vmm.Endpoint;

/**
 * A destination in a second process: {@code ramtracker receive} on the same JVM with the same flags. It ends with its
 * standard input, so it cannot outlive this process, however this one ends.
 */
final class ReceiverProcess implements AutoCloseable {
    /** The line by which the destination says where it listens. */
    static final String LISTENING = "listening on ";

    /** A terminal's Ctrl-C goes to both processes. This one decides what it means; a JVM heeds that it is ignored. */
    private static final List<String> DEAF_TO_INTERRUPTS = List.of("/bin/sh", "-c", "trap '' INT; exec \"$0\" \"$@\"");

    private static final int START_SECONDS_MAX = 60;
    private static final int END_SECONDS_MAX = 5;

    private final Process process;
    private final CompletableFuture<Endpoint> endpoint = new CompletableFuture<>();
    private final CompletableFuture<String> lastError = new CompletableFuture<>();

    private ReceiverProcess(Process process) {
        this.process = process;
        Thread.ofPlatform().daemon().name("receiver-stdout").start(this::readOutput);
        Thread.ofPlatform().daemon().name("receiver-stderr").start(this::readErrors);
    }

    /** Starts one and waits until it listens. */
    static ReceiverProcess start(List<String> arguments) throws IOException {
        ReceiverProcess receiver = new ReceiverProcess(new ProcessBuilder(command(arguments)).start());
        try {
            receiver.awaitListening();
            return receiver;
        } catch (IOException | RuntimeException e) {
            receiver.close();
            throw e;
        }
    }

    /** Starts one that takes guest after guest, each in one stream, and lets each check itself at once. */
    static ReceiverProcess ofManyGuests() throws IOException {
        return start(List.of(
                "receive",
                "--listen",
                "tcp:127.0.0.1:0",
                "--run-for",
                "0",
                ReceiveCommand.ONE_AFTER_THE_OTHER,
                ReceiveCommand.END_WITH_STDIN));
    }

    private static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(DEAF_TO_INTERRUPTS);
        command.add(ProcessHandle.current().info().command().orElse(System.getProperty("java.home") + "/bin/java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(program(System.getProperty("java.class.path")));
        command.addAll(arguments);
        return command;
    }

    private static List<String> program(String classPath) {
        boolean isJar = classPath.endsWith(".jar") && classPath.indexOf(File.pathSeparatorChar) < 0;
        return isJar ? List.of("-jar", classPath) : List.of("-cp", classPath, Main.class.getName());
    }

    private void awaitListening() throws IOException {
        try {
            Endpoint ignored = endpoint.get(START_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "the destination's process did not start: " + complaint().orElse("it said nothing"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the destination's process started", e);
        }
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader()) {
            lines.lines()
                    .filter(line -> line.startsWith(LISTENING))
                    .forEach(line -> endpoint.complete(Endpoint.parse(line.substring(LISTENING.length()))));
            endpoint.completeExceptionally(new IOException("it ended"));
        } catch (IOException | UncheckedIOException e) {
            endpoint.completeExceptionally(e);
        }
    }

    private void readErrors() {
        try (BufferedReader lines = process.errorReader()) {
            lastError.complete(
                    lines.lines().filter(ReceiverProcess::isComplaint).reduce("", (before, line) -> line));
        } catch (IOException | UncheckedIOException e) {
            lastError.completeExceptionally(e);
        }
    }

    /** Not the JVM's own notices, as the one on incubator modules. */
    private static boolean isComplaint(String line) {
        return !line.isBlank() && !line.startsWith("WARNING: ");
    }

    Endpoint endpoint() {
        return endpoint.join();
    }

    long pid() {
        return process.pid();
    }

    /** What the process said when it failed, once it has ended. */
    Optional<String> complaint() {
        try {
            String line = lastError.get(1, TimeUnit.SECONDS);
            return line.isEmpty() ? Optional.empty() : Optional.of(line);
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Lets it end, and ends it if it does not. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
