package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationStatus;

class FileSinkTest {
    private static final long BLOCK_BYTES = 2L << 20;
    private static final long SEED = 42;

    @TempDir
    Path directory;

    private Path file;
    private final TestDevice device = new TestDevice("cpu", 0, 1, "state".getBytes(StandardCharsets.UTF_8));

    @BeforeEach
    void nameFile() {
        file = directory.resolve("guest.ram");
    }

    private StreamRamSink.Builder sink(TestGuest guest) {
        return StreamRamSink.builder(guest.memory, SystemNanoClock.INSTANCE).device(device);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void fileThatWasWrittenIsAllOfTheGuest() throws IOException {
        Files.writeString(file, "an older guest");
        TestDevice arrived = device.twin();
        try (TestGuest guest = new TestGuest(PageSize.KIB_4, BLOCK_BYTES, SEED);
                GuestMemory memory = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES)) {
            MigrationOutcome outcome = new Attempt(guest, sink(guest).toFile(file)).run();
            assertThat(outcome.status()).as("%s", outcome).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(files()).containsExactly(file);
            assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
            try (FileChannel stream = FileChannel.open(file)) {
                MigrationResult result =
                        MigrationTarget.into(memory, List.of(arrived)).receive(stream, file.toString());
                assertThat(result.isCommitted()).isTrue();
                assertThat(result.statistics().transferredBytes()).isEqualTo(stream.size());
            }
            guest.assertEquals(memory);
            assertThat(arrived.sameState(device)).isTrue();
        }
    }

    @Test
    void descriptionTellsTheLengthsOfTheDeviceSections() throws IOException {
        try (TestGuest guest = new TestGuest(PageSize.KIB_4, BLOCK_BYTES, SEED)) {
            new Attempt(guest, sink(guest).toFile(file)).run();
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(text.substring(text.lastIndexOf("{\"page_size\"")))
                .contains("\"name\": \"cpu\"", "\"size\": 4}", "\"size\": 5}");
    }

    @Test
    void fullDiskFailsTheAttemptAndLeavesTheOldFileAsItWas() throws IOException {
        Files.writeString(file, "an older guest");
        FileOutlet outlet = new FileOutlet(
                file, partial -> new FullDisk(FileChannel.open(partial, StandardOpenOption.WRITE), 1 << 20));
        try (TestGuest guest = new TestGuest(PageSize.KIB_4, BLOCK_BYTES, SEED)) {
            MigrationOutcome outcome = new Attempt(guest, sink(guest).to(outlet)).run();

            assertThat(outcome.status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(outcome.message())
                    .contains(
                            "after 1048576 bytes", "guest.ram.partial-", "No space left on device", "stays as it was");
            assertThat(guest.isPauseRequested()).isFalse();
        }
        assertThat(files()).containsExactly(file);
        assertThat(file).hasContent("an older guest");
    }

    @Test
    void cancelLeavesNothingBehind() throws IOException {
        try (TestGuest guest = new TestGuest(PageSize.KIB_4, BLOCK_BYTES, SEED)) {
            Attempt attempt = new Attempt(guest, sink(guest).toFile(file));
            attempt.slice();
            attempt.slice();
            assertThat(files()).hasSize(1);
            attempt.agent.control().cancel();
            attempt.slice();
            assertThat(attempt.run().status()).isEqualTo(MigrationStatus.CANCELLED);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void placeWhereNoFileCanBeIsRefusedAtTheStart() throws IOException {
        try (TestGuest guest = new TestGuest(PageSize.KIB_4, BLOCK_BYTES, SEED)) {
            assertThat(new Attempt(guest, sink(guest).toFile(directory)).run().message())
                    .contains(directory + " is a directory");
            Path nowhere = directory.resolve("missing").resolve("guest.ram");
            assertThat(new Attempt(guest, sink(guest).toFile(nowhere)).run().message())
                    .contains("there is no directory " + nowhere.getParent());
        }
    }

    @Test
    void whatIsThereAndNoFileIsNotReplacedByOne() throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                TestGuest guest = new TestGuest(PageSize.KIB_4, BLOCK_BYTES, SEED)) {
            socket.bind(UnixDomainSocketAddress.of(file));
            assertThat(new Attempt(guest, sink(guest).toFile(file)).run().message())
                    .contains(file + " is a device, a pipe or a socket");
            assertThat(Files.isRegularFile(file)).isFalse();
            assertThat(files()).containsExactly(file);
        }
    }
}
