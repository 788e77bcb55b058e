package org.ramtracker.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostFilesTest {
    @TempDir
    Path root;

    @Test
    void memoryIsReadFromMeminfoInBytes() throws IOException {
        write("proc/meminfo", "MemTotal:       24683520 kB\nMemFree:         1 kB\nMemAvailable:   23000000 kB\n");
        assertThat(files().meminfoBytes("MemTotal")).isEqualTo(24683520L * 1024);
        assertThat(files().meminfoBytes("MemAvailable")).isEqualTo(23000000L * 1024);
    }

    @Test
    void whatTheKernelDoesNotTellIsUnknown() {
        assertThat(files().meminfoBytes("MemTotal")).isEqualTo(-1);
        assertThat(files().kernelRelease()).isEqualTo("unknown");
        assertThat(files().hugePagePools()).isEmpty();
        assertThat(files().transparentHugePages()).isEqualTo(Probe.unavailable("the kernel was built without them"));
    }

    @Test
    void theChosenHugePageModeIsTheOneInBrackets() throws IOException {
        write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        assertThat(files().transparentHugePages().available()).isTrue();
        assertThat(files().transparentHugePages().detail()).startsWith("madvise");
        write("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
        assertThat(files().transparentHugePages().available()).isFalse();
        assertThat(files().transparentHugePages().detail()).contains("write madvise to /sys/kernel");
    }

    @Test
    void hugePagePoolsComeSmallestFirst() throws IOException {
        write("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "1\n");
        write("sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages", "0\n");
        write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "512\n");
        write("sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "12\n");
        assertThat(files().hugePagePools())
                .containsExactly(new HugePagePool(2 << 20, 512, 12), new HugePagePool(1 << 30, 1, 0));
    }

    private HostFiles files() {
        return new HostFiles(root);
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
