package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.counters.CountersFile;

class VmDirectoryTest {
    /** Where the id of the process that writes a counters file is; see {@code CountersFileDescriptor}. */
    private static final int WRITER_PID_OFFSET = 16;

    @TempDir
    private Path runtime;

    private VmDirectory vms;

    @BeforeEach
    void inRuntimeDirectory() {
        vms = VmDirectory.of(Map.of("XDG_RUNTIME_DIR", runtime.toString()), 1000);
    }

    @Test
    void filesLieInTheRuntimeDirectoryOrElseInTmp() {
        Path fallback = Path.of("/tmp/ramtracker-1000/guest1.counters");

        assertThat(vms.countersPath("guest1")).isEqualTo(runtime.resolve("ramtracker/guest1.counters"));
        assertThat(VmDirectory.of(Map.of(), 1000).countersPath("guest1")).isEqualTo(fallback);
        assertThat(VmDirectory.of(Map.of("XDG_RUNTIME_DIR", "relative"), 1000).countersPath("guest1"))
                .isEqualTo(fallback);
        assertThat(VmDirectory.of(Map.of("XDG_RUNTIME_DIR", runtime + "/none"), 1000)
                        .countersPath("guest1"))
                .isEqualTo(fallback);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/etc/passwd", ".lock", "-x", "a b", "a\n", "a\0", "ä", "%s"})
    void namesThatCouldLeaveTheDirectoryAreRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vms.countersPath(name))
                .withMessageContaining("cannot name a VM");
    }

    @Test
    void longestNameIsOf64Characters() {
        assertThat(VmDirectory.checkName("x".repeat(64))).hasSize(64);
        assertThatIllegalArgumentException().isThrownBy(() -> VmDirectory.checkName("x".repeat(65)));
    }

    @Test
    void directoryIsForItsOwnerOnly() throws IOException {
        vms.create("guest1", 4).close();
        assertThat(Files.getPosixFilePermissions(runtime.resolve("ramtracker")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void directoryThatOthersMayEnterIsRefused() throws IOException {
        Files.createDirectory(
                runtime.resolve("ramtracker"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        assertThatIOException()
                .isThrownBy(() -> vms.create("guest1", 4))
                .withMessageContaining("not a directory that belongs to you alone");
    }

    @Test
    void directoryThatIsALinkIsRefused() throws IOException {
        Files.createSymbolicLink(runtime.resolve("ramtracker"), Files.createDirectory(runtime.resolve("elsewhere")));
        assertThatIOException()
                .isThrownBy(() -> vms.create("guest1", 4))
                .withMessageContaining("not a directory that belongs to you alone");
    }

    @Test
    void whoRunsIsListedAndCannotBeStartedTwice() throws IOException {
        assertThat(vms.running()).isEmpty();
        try (CountersFile second = vms.create("b.2", 4);
                CountersFile first = vms.create("a-1", 4)) {
            assertThat(first).isNotSameAs(second);
            assertThat(vms.running()).containsExactly("a-1", "b.2");
            assertThatIOException()
                    .isThrownBy(() -> vms.create("a-1", 4))
                    .withMessageStartingWith("a VM named a-1 runs already");
        }
        vms.remove("a-1");
        vms.remove("a-1");
        assertThat(vms.running()).containsExactly("b.2");
    }

    @Test
    void fileOfAVmThatWasKilledIsReplaced() throws Exception {
        vms.create("guest1", 4).close();
        pretendWriter(vms.countersPath("guest1"), endedProcess());
        assertThat(vms.running()).isEmpty();

        vms.create("guest1", 4).close();
        assertThat(vms.running()).containsExactly("guest1");
    }

    @Test
    void rubbishUnderTheNameOfAVmIsReplaced() throws IOException {
        vms.create("guest1", 4).close();
        Files.writeString(vms.countersPath("guest1"), "rubbish");
        assertThat(vms.running()).isEmpty();

        vms.create("guest1", 4).close();
        assertThat(vms.running()).containsExactly("guest1");
    }

    private static long endedProcess() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        assertThat(process.waitFor()).isZero();
        return process.pid();
    }

    private static void pretendWriter(Path file, long pid) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(bytes.putLong(pid).flip(), WRITER_PID_OFFSET);
        }
    }
}
