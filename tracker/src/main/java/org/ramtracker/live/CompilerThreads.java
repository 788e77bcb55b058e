package org.ramtracker.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The processor time that the JIT compilers of this process use, by the kernel's account of their threads.
 *
 * <p>{@link java.lang.management.CompilationMXBean} counts a compilation when it is over: one of the engine's larger methods takes the
 * better part of a second, and meanwhile the compilers look idle.
 *
 * <p>HotSpot ends compiler threads that have nothing to do, and their time goes with them: so what counts is by how much each thread
 * has gone on, not by how much their sum has.
 *
 * <p>Threads: one.
 */
final class CompilerThreads {
    private static final Path TASKS = Path.of("/proc/self/task");

    /** How HotSpot names them, cut to the 15 characters that the kernel keeps: {@code C1 CompilerThre}. */
    private static final String NAME = "CompilerThre";

    private Map<Path, Long> cpuNanos = cpuNanosByThread();

    /**
     * What those that are alive have used since the last call, or since this object was made. Always 0 where the kernel does not
     * tell: without {@code /proc}, or without {@code schedstat} in it. Compilers then seem to rest.
     */
    long nanosSinceLast() {
        Map<Path, Long> before = cpuNanos;
        cpuNanos = cpuNanosByThread();
        long nanos = 0;
        for (Map.Entry<Path, Long> now : cpuNanos.entrySet()) {
            nanos += Math.max(
                    0, now.getValue() - before.getOrDefault(now.getKey(), 0L)); // less: another one by the same id
        }
        return nanos;
    }

    private static Map<Path, Long> cpuNanosByThread() {
        Map<Path, Long> nanos = new HashMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                if (isCompiler(task)) {
                    nanos.put(task, cpuNanosOf(task));
                }
            }
        } catch (IOException | DirectoryIteratorException e) { // no /proc here: then nobody can tell
            return Map.of();
        }
        return nanos;
    }

    private static boolean isCompiler(Path task) {
        String name = read(task.resolve("comm"));
        return name != null && name.contains(NAME);
    }

    /** The first figure of {@code schedstat}, Documentation/scheduler/sched-stats.rst: time on the processor in nanoseconds. */
    private static long cpuNanosOf(Path task) {
        String figures = read(task.resolve("schedstat"));
        return figures == null ? 0 : Long.parseLong(figures.substring(0, figures.indexOf(' ')));
    }

    /** Null for a thread that has ended meanwhile. */
    private static @Nullable String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return null;
        }
    }
}
