package org.ramtracker.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** One of two measurements fails; JMH itself says so in its text only. */
class FailedForksTest {
    @TempDir
    Path directory;

    @Test
    void whatFailedIsCountedAndTheOtherHasItsResult() throws Exception {
        Path printed = directory.resolve("printed");
        String line = "ReplayLoadBenchmark -p speed=1 -p trace=made-up,/nonexistent.trace -f 1 -wi 0 -i 1 -r 50ms -o "
                + printed;
        FailedForks forks = new FailedForks();
        Collection<RunResult> results = forks.watch(new CommandLineOptions(line.split(" ")));
        assertThat(results).hasSize(1);
        assertThat(forks.count()).isEqualTo(1);
        assertThat(Files.readString(printed)).contains("/nonexistent.trace").contains("<failure>");
        assertThat(forks.place()).isEqualTo("in " + printed);
        assertThat(openFiles()).doesNotContain(printed.toRealPath());
    }

    private static List<Path> openFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)) { // not the one of this directory, once it is closed
                    files.add(Files.readSymbolicLink(descriptor));
                }
            }
        }
        return files;
    }
}
