package org.ramtracker.sim.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ramtracker.sim.report.TraceJson;
import org.ramtracker.sim.report.TraceText;
import org.ramtracker.trace.DirtyTrace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ramtracker trace}: what a recorded trace holds. */
@Command(
        name = "trace",
        description = "Show what a dirty trace holds; it may still be growing.",
        mixinStandardHelpOptions = true)
final class TraceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The trace.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            if (json) {
                System.out.println(TraceJson.of(trace, Optional.empty()));
            } else {
                TraceText.of(trace).forEach(System.out::println);
            }
        }
        return ExitCode.OK;
    }
}
