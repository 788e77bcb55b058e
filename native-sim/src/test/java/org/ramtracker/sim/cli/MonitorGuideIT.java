package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every session of {@code docs/monitor.md} goes as it is printed there. */
class MonitorGuideIT {
    private static final Path GUIDE = Path.of("docs", "monitor.md");
    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private static Path guide() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve(GUIDE))
                ? here.resolve(GUIDE)
                : here.resolve("..").resolve(GUIDE);
    }

    @TestFactory
    Stream<DynamicTest> sessionsGoAsPrinted() throws IOException {
        var transcripts = Transcript.allOf(Files.readAllLines(guide()));
        assertThat(transcripts).hasSizeGreaterThan(5);
        return transcripts.stream()
                .map(transcript -> DynamicTest.dynamicTest(transcript.title(), () -> replay(transcript)));
    }

    private void replay(Transcript transcript) throws Exception {
        boolean needsSocat =
                transcript.steps().stream().anyMatch(step -> step.command().contains("socat "));
        Assumptions.assumeTrue(!needsSocat || Sessions.hasSocat(), "socat is not installed");
        Path place = Files.createTempDirectory(directory, "s");
        try (Sessions sessions = new Sessions(place)) {
            for (Transcript.Step step : transcript.steps()) {
                sessions.run(step, System.nanoTime() + LONGEST.toNanos())
                        .ifPresent(shown -> fail("%s%nexpected:%n%s%nshown:%n%s"
                                .formatted(step.command(), String.join("\n", step.answer()), shown)));
            }
        }
    }
}
