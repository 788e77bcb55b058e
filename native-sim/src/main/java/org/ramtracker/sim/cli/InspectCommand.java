package org.ramtracker.sim.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.inspect.BlockExtractor;
import org.ramtracker.sim.inspect.Inspection;
import org.ramtracker.sim.inspect.JsonReport;
import org.ramtracker.sim.inspect.RecordingFiles;
import org.ramtracker.sim.inspect.TextReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ramtracker inspect}: what a recorded migration stream holds. */
@Command(
        name = "inspect",
        description = "Show what a recorded QEMU migration stream holds: sections, pages by kind, RAM blocks.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "The recording, plain or gzip, or - for the standard input. For a multifd migration the main "
                    + "connection first, then all of its page channels.")
    private List<String> files = List.of();

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Option(
            names = "--extract",
            paramLabel = "DIR",
            description = "Write the final content of each RAM block to a sparse file in DIR.")
    private @Nullable Path extractTo;

    @Override
    public Integer call() throws IOException {
        try (RecordingFiles recording = RecordingFiles.open(files, System.in);
                Inspection inspection = Inspection.of(recording.main(), recording.channels())) {
            if (extractTo != null) {
                extract(inspection, extractTo);
            }
            report(inspection);
            return ExitCode.OK;
        }
    }

    private void report(Inspection inspection) {
        if (json) {
            JsonReport.write(inspection, System.out);
        } else {
            TextReport.write(inspection, System.out);
        }
    }

    private static void extract(Inspection inspection, Path directory) throws IOException {
        int files = BlockExtractor.extract(inspection, directory);
        System.err.printf("wrote %d blocks to %s%n", files, directory);
    }
}
