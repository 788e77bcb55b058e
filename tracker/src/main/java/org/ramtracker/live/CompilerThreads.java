package org.ramtracker.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The processor time that the JIT compilers of this process use, by the kernel's account of their threads.
 *
 * <p>{@link java.lang.management.CompilationMXBean} counts a compilation when it is over: one of the engine's larger methods takes the
 * better part of a second, and meanwhile the compilers look idle.
 *
 * <p>Threads: any.
 */
final class CompilerThreads {
    private static final Path TASKS = Path.of("/proc/self/task");

    /** How HotSpot names them, cut to the 15 characters that the kernel keeps: {@code C1 CompilerThre}. */
    private static final String NAME = "CompilerThre";

    private CompilerThreads() {}

    /** What those that are alive have used since they began; 0 where the kernel does not tell. */
    static long cpuNanos() {
        long nanos = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                nanos += isCompiler(task) ? cpuNanosOf(task) : 0;
            }
        } catch (IOException | DirectoryIteratorException e) { // no /proc here: then nobody can tell
            return 0;
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
