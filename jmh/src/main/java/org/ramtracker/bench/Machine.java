package org.ramtracker.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.ramtracker.simd.Kernels;

/** What was measured on, for people who read the results elsewhere. */
final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    static String description() {
        return String.format(
                Locale.ROOT,
                "%d processors (%s), Linux %s, JDK %s, kernels %s",
                Runtime.getRuntime().availableProcessors(),
                processor(),
                System.getProperty("os.version"),
                Runtime.version(),
                Kernels.chosen().description());
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }
}
