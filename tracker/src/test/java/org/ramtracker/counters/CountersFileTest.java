package org.ramtracker.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountersFileTest {
    @TempDir
    private Path directory;

    @Test
    void whatOneCountsTheOtherReadsByTypeAndLabel() throws IOException {
        Path path = directory.resolve("counters");
        try (CountersFile written = CountersFile.create(path, 4);
                CountersWatcher watched = CountersWatcher.open(path)) {
            AtomicCounter counter = written.manager().newCounter("remaining (bytes)", 77);
            counter.setRelease(123_456_789_012L);

            CountersReader reader = watched.read();
            assertThat(reader.getCounterTypeId(counter.id())).isEqualTo(77);
            assertThat(reader.getCounterLabel(counter.id())).isEqualTo("remaining (bytes)");
            assertThat(reader.getCounterValue(counter.id())).isEqualTo(123_456_789_012L);

            counter.setRelease(5);
            assertThat(watched.read().getCounterValue(counter.id())).isEqualTo(5);
        }
    }

    @Test
    void headerIsLaidOutAsDrawn() throws IOException {
        Path path = directory.resolve("counters");
        CountersFile.create(path, 3).close();
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.nativeOrder());

        assertThat(file.capacity()).isEqualTo(64 + 3 * (512 + 128));
        assertThat(file.getLong(0)).isEqualTo(0x32_54_43_4b_52_54_4d_52L);
        assertThat(file.getInt(8)).isEqualTo(3);
        assertThat(file.getInt(12)).isZero();
        assertThat(file.getLong(16)).isEqualTo(ProcessHandle.current().pid());
        assertThat(file.getLong(24)).isPositive();
    }

    @Test
    void onlyItsOwnerCanReadAndWriteIt() throws IOException {
        Path path = directory.resolve("counters");
        CountersFile.create(path, 3).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
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
                .isThrownBy(() -> CountersWatcher.open(shortFile))
                .withMessage(shortFile + ": 10 bytes are no counters file");
        assertThatIOException()
                .isThrownBy(() -> CountersWatcher.open(otherFile))
                .withMessageStartingWith(otherFile + ": offset 0: ");
        assertThatIOException()
                .isThrownBy(() -> CountersWatcher.open(directory))
                .withMessage(directory + ": not a regular file, so no counters file");
        assertThatIOException()
                .isThrownBy(() -> CountersWatcher.open(directory.resolve("none")))
                .withMessage(directory.resolve("none").toString());
    }

    @Test
    void truncatedFileIsRefused() throws IOException {
        Path path = directory.resolve("counters");
        CountersFile.create(path, 4).close();
        byte[] bytes = Files.readAllBytes(path);
        Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 1));
        assertThatIOException()
                .isThrownBy(() -> CountersWatcher.open(cut))
                .withMessageContaining("offset 8")
                .withMessageEndingWith("truncated");
    }

    @Test
    void fileThatIsTruncatedWhileItIsWatchedIsAnErrorAndNotASignal() throws IOException {
        Path path = directory.resolve("counters");
        CountersFile.create(path, 40).close();
        try (CountersWatcher watched = CountersWatcher.open(path);
                FileChannel owner = FileChannel.open(path, StandardOpenOption.WRITE)) {
            watched.read();
            owner.truncate(8192);
            assertThatIOException()
                    .isThrownBy(watched::read)
                    .withMessage(path + ": ends at offset 8192, in the middle of its counters; it was truncated");
        }
    }

    @Test
    void damagedCountersNeverHarmTheWatcher() throws IOException {
        Path path = directory.resolve("counters");
        CountersFile.create(path, 4).close();
        byte[] bytes = Files.readAllBytes(path);
        Random random = new Random(20_261_123); // named in a failure by being the only one
        for (int round = 0; round < 200; round++) {
            for (int i = 0; i < 40; i++) {
                bytes[
                                CountersFileDescriptor.HEADER_BYTES
                                        + random.nextInt(bytes.length - CountersFileDescriptor.HEADER_BYTES)] =
                        (byte) random.nextInt();
            }
            Files.write(path, bytes);
            try (CountersWatcher watched = CountersWatcher.open(path)) {
                assertThat(watched.read().maxCounterId()).isEqualTo(3);
            }
        }
    }

    @Test
    void watcherSeesThatTheWriterLives() throws IOException {
        Path path = directory.resolve("counters");
        CountersFile.create(path, 4).close();
        try (CountersWatcher watched = CountersWatcher.open(path)) {
            assertThat(watched.writer().pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(watched.writer().isAlive()).isTrue();
        }
    }

    @Test
    void processThatEndedOrThatHasAnIdAgainIsNotTheWriter() throws Exception {
        Process process = new ProcessBuilder("true").start();
        assertThat(process.waitFor()).isZero();
        assertThat(new WriterProcess(process.pid(), 1).isAlive()).isFalse();

        WriterProcess self = WriterProcess.current();
        assertThat(new WriterProcess(self.pid(), self.startTicks() - 1).isAlive())
                .isFalse();
        assertThat(new WriterProcess(-1, 0).isAlive()).isFalse();
    }
}
