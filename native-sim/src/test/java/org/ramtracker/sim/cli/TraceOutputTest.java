package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places for traces, looked at before a guest boots. */
class TraceOutputTest {
    @TempDir
    private Path directory;

    @Test
    void placeWithoutADirectoryIsRefused() {
        assertThatThrownBy(() -> TraceOutput.of(directory.resolve("nowhere/trace"), false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere; make it, or name another file");
    }

    @Test
    void traceThatIsReplacedGrowsBesideTheOldOne() throws IOException {
        Path trace = Files.createFile(directory.resolve("trace"));

        assertThat(TraceOutput.of(trace, true).growing()).isEqualTo(directory.resolve("trace.recording"));
        assertThat(TraceOutput.of(directory.resolve("free"), true).growing()).isEqualTo(directory.resolve("free"));
        assertThatThrownBy(() -> TraceOutput.of(trace, false)).hasMessageContaining("--force");
    }
}
