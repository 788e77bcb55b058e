package org.ramtracker.sim.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The command as a user runs it, in a heap smaller than the guest. */
class InspectIT {
    private static final long TIMEOUT_SECONDS = 120;

    @Test
    void recordingIsInspectedInAHeapSmallerThanTheGuest() throws IOException, InterruptedException {
        Path recording = SharedData.recordings().resolve("xbzrle-qemu7.2.stream.gz");
        Path jar = Path.of(System.getProperty("ramtracker.jar", ""));
        assumeTrue(Files.isRegularFile(jar), () -> "skipped: no JAR at " + jar);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-jar",
                        jar.toString(),
                        "inspect",
                        recording.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("machine type   pc-i440fx-7.2").contains("pc.ram");
        assertThat(process.exitValue()).as(output).isZero();
    }
}
