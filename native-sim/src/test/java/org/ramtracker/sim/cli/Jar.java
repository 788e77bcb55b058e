package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs the JAR that users run, as the launcher does. */
final class Jar {
    private static final long SECONDS_MAX = 240;

    private Jar() {}

    /**
     * What a run printed and how it ended.
     *
     * @param exitCode the process's
     * @param out standard output
     * @param err standard error, without the JVM's word on incubator modules
     */
    record Ended(int exitCode, String out, String err) {
        @Override
        public String toString() {
            return "exit code %d%nstdout:%n%s%nstderr:%n%s".formatted(exitCode, out, err);
        }
    }

    /** A process whose output is collected. */
    record Running(Process process, CompletableFuture<String> out, CompletableFuture<String> err) {
        Ended await() throws InterruptedException {
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running after " + SECONDS_MAX + " s; stdout: " + out.join());
            }
            return new Ended(process.exitValue(), out.join(), err.join());
        }

        void signal(String name) throws IOException, InterruptedException {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("kill ended with " + code);
            }
        }
    }

    static Ended run(String... arguments) throws IOException, InterruptedException {
        return start(arguments).await();
    }

    static Running start(String... arguments) throws IOException {
        return collect(new ProcessBuilder(command(arguments)));
    }

    static Running collect(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        process.getOutputStream().close();
        return new Running(
                process,
                CompletableFuture.supplyAsync(() -> read(process.getInputStream()), Thread::startVirtualThread),
                CompletableFuture.supplyAsync(() -> read(process.getErrorStream()), Thread::startVirtualThread));
    }

    static List<String> command(String... arguments) {
        Path jar = Path.of(System.getProperty("ramtracker.jar", "target/ramtracker.jar"));
        if (!Files.exists(jar)) {
            throw new AssertionError(jar + " is missing; the package phase makes it");
        }
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "--add-modules=jdk.incubator.vector",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-jar",
                jar.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String read(InputStream stream) {
        try (stream) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
