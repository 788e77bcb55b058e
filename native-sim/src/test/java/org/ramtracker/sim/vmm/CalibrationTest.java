package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationTest {
    private static final Calibration SOME = new Calibration(1 << 30, 500.5, 300, 2000, 1_000_000, 2_000_000, 1 << 29);

    @TempDir
    private Path directory;

    @Test
    void figuresThatWereStoredAreLoaded() throws IOException {
        Path file = directory.resolve("below").resolve("calibration.json");

        assertThat(Calibration.load(file)).isEmpty();
        SOME.store(file);
        assertThat(Calibration.load(file)).contains(SOME);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a figure is lacking | ,\"populatedPageNanos\":2000.0 | ''",
                "one more figure | ,\"populatedPageNanos\" | ,\"newPageNanos\":1,\"populatedPageNanos\"",
                "another version | populatedPageNanos | newPageNanos",
                "a negative figure | 500.5 | -500.5",
                "an infinite figure | 500.5 | 1e400",
                "text | 500.5 | \"fast\""
            })
    void otherFilesAreRefusedInOneLine(String what, String from, String to) throws IOException {
        Path file = directory.resolve("kept");
        SOME.store(file);
        String kept = Files.readString(file);
        assertThat(kept).as(what).contains(from);
        Files.writeString(file, kept.replace(from, to));

        assertRefused(file, what);
    }

    @Test
    void whatHoldsNoFiguresIsRefused() throws IOException {
        assertRefused(Files.writeString(directory.resolve("null"), "null"), "null");
        assertRefused(Files.writeString(directory.resolve("empty"), ""), "empty");
        assertRefused(Files.write(directory.resolve("binary"), new byte[] {(byte) 0xc3, 0x28}), "binary");
        assertRefused(directory, "a directory");
    }

    private static void assertRefused(Path file, String what) {
        assertThatThrownBy(() -> Calibration.load(file))
                .as(what)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        file + ": no calibration, or not one of this version; remove it, or measure again with ")
                .hasMessageEndingWith("--calibration " + file + "'");
    }
}
