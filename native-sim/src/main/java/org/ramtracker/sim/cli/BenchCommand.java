package org.ramtracker.sim.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ramtracker bench}, which the launcher starts from another JAR: here so that the help and complaints name it. */
@Command(name = "bench", description = "Run the JMH benchmarks.")
final class BenchCommand implements Callable<Integer> {
    @Parameters(hidden = true, arity = "0..*")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws IOException {
        throw new IOException("the benchmarks are in a JAR of their own, which the launcher starts: ./ramtracker bench "
                + String.join(" ", arguments));
    }
}
