package org.ramtracker.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.concurrent.status.AtomicCounter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountersFileTest {
    @TempDir
    private Path directory;

    @Test
    void whatOneCountsTheOtherReadsByTypeAndLabel() throws IOException {
        Path path = directory.resolve("counters");
        try (CountersFile written = CountersFile.create(path, 4);
                CountersFile watched = CountersFile.open(path)) {
            AtomicCounter counter = written.manager().newCounter("remaining (bytes)", 77);
            counter.setRelease(123_456_789_012L);

            int id = counter.id();
            assertThat(watched.reader().getCounterTypeId(id)).isEqualTo(77);
            assertThat(watched.reader().getCounterLabel(id)).isEqualTo("remaining (bytes)");
            assertThat(watched.reader().getCounterValue(id)).isEqualTo(123_456_789_012L);
        }
    }

    @Test
    void fileThatIsThereIsNotOverwritten() throws IOException {
        Path path = Files.writeString(directory.resolve("counters"), "precious");
        assertThatIOException().isThrownBy(() -> CountersFile.create(path, 4)).withMessageContaining("already there");
        assertThat(path).hasContent("precious");
    }

    @Test
    void otherFilesAreRefusedByName() throws IOException {
        Path shortFile = Files.write(directory.resolve("short"), new byte[10]);
        Path otherFile = Files.write(directory.resolve("other"), new byte[1000]);
        assertThatIOException()
                .isThrownBy(() -> CountersFile.open(shortFile))
                .withMessage(shortFile + ": 10 bytes are no counters file");
        assertThatIOException()
                .isThrownBy(() -> CountersFile.open(otherFile))
                .withMessageStartingWith(otherFile + ": offset 0: ");
    }

    @Test
    void truncatedFileIsRefused() throws IOException {
        Path path = directory.resolve("counters");
        CountersFile.create(path, 4).close();
        byte[] bytes = Files.readAllBytes(path);
        Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 1));
        assertThatIOException().isThrownBy(() -> CountersFile.open(cut)).withMessageContaining("offset 8");
    }

    @Test
    void watcherCannotCount() throws IOException {
        Path path = directory.resolve("counters");
        CountersFile.create(path, 4).close();
        try (CountersFile watched = CountersFile.open(path)) {
            assertThatIllegalStateException().isThrownBy(watched::manager);
        }
    }
}
