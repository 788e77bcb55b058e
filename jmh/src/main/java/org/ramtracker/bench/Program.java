package org.ramtracker.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command {@code ramtracker} as a process of its own, as a user starts it. */
final class Program {
    /** From the directory of the benchmarks' JAR; theirs would start JMH. */
    private static final Path JAR = Path.of("../../native-sim/target/ramtracker.jar");

    private Program() {}

    /**
     * A fresh JVM with the launcher's flags.
     *
     * @param arguments what to do
     * @return its command line
     */
    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "--add-modules=jdk.incubator.vector",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-jar",
                System.getProperty("ramtracker.jar", builtJar())));
        command.addAll(arguments);
        return command;
    }

    private static String builtJar() {
        Path benchmarks = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
        return benchmarks.resolveSibling(JAR).normalize().toString();
    }
}
