package org.ramtracker.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The inner loops in C ({@code kernels.c}), compiled for this processor when a benchmark is set up. Each call works on many
 * pages, so that the way into C does not count.
 */
final class CKernels {
    private static final List<String> COMPILERS = List.of("gcc", "clang", "cc");
    private static final List<String> FLAGS = List.of("-O3", "-march=native", "-shared", "-fPIC");
    private static final long COMPILE_SECONDS_MAX = 60;

    private final MethodHandle classify;
    private final MethodHandle runs;
    private final MethodHandle encode;

    private CKernels(SymbolLookup library) {
        classify = handle(library, "rt_classify", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG));
        runs = handle(library, "rt_runs", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
        encode = handle(library, "rt_encode", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(SymbolLookup library, String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor);
    }

    /** The C compiler of this machine. */
    static Optional<Path> compiler() {
        String path = System.getenv().getOrDefault("PATH", "");
        return COMPILERS.stream()
                .flatMap(name -> Stream.of(path.split(File.pathSeparator, -1))
                        .filter(directory -> !directory.isEmpty())
                        .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Compiles and loads them, or says plainly that there is no compiler. */
    @SuppressWarnings("restricted")
    static CKernels compile() {
        Path compiler = compiler()
                .orElseThrow(() -> new IllegalStateException("no C compiler (" + COMPILERS + ") on the PATH"));
        try {
            Path directory = Files.createTempDirectory("ramtracker-kernels");
            try {
                Path library = compile(compiler, directory);
                return new CKernels(SymbolLookup.libraryLookup(library, Arena.global()));
            } finally {
                delete(directory); // what is loaded stays mapped
            }
        } catch (IOException e) {
            throw new IllegalStateException("the C kernels cannot be made: " + e.getMessage(), e);
        }
    }

    private static Path compile(Path compiler, Path directory) throws IOException {
        Path source = directory.resolve("kernels.c");
        Path library = directory.resolve("kernels.so");
        try (InputStream code = CKernels.class.getResourceAsStream("kernels.c")) {
            if (code == null) {
                throw new IOException("kernels.c is missing in the JAR");
            }
            Files.copy(code, source);
        }
        List<String> command = Stream.concat(
                        Stream.concat(Stream.of(compiler.toString()), FLAGS.stream()),
                        Stream.of("-o", library.toString(), source.toString()))
                .toList();
        run(command);
        return library;
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(COMPILE_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " fails: " + output.strip());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while compiling", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve("kernels.c"));
        Files.deleteIfExists(directory.resolve("kernels.so"));
        Files.deleteIfExists(directory);
    }

    /** Sum of the answers for so many pages, over and over those that the mask leaves. */
    long classify(MemorySegment memory, long pages, long mask) {
        try {
            return (long) classify.invokeExact(memory, pages, mask);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Checksum over the runs of a bitmap, like {@link ScanBenchmark}'s. */
    long runs(MemorySegment words, long pages) {
        try {
            return (long) runs.invokeExact(words, pages);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sum of the lengths of the XBZRLE deltas of so many pages. */
    long encode(MemorySegment old, MemorySegment now, long pages, MemorySegment delta) {
        try {
            return (long) encode.invokeExact(old, now, pages, delta);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
