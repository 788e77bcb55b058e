package org.ramtracker.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.libc.LibcException;

final class HostFactsTest {
    @Test
    void everyProbeAnswersInWords() throws LibcException {
        HostFacts facts = HostFacts.read();
        for (Probe probe : List.of(
                facts.transparentHugePages(), facts.memfd(), facts.kvm(), facts.userfaultfd(), facts.pagemapScan())) {
            assertThat(probe.detail()).isNotBlank().doesNotContain("\n");
        }
    }

    @Test
    void theHostIsDescribed() throws LibcException {
        HostFacts facts = HostFacts.read();
        assertThat(facts.kernelRelease()).isEqualTo(System.getProperty("os.version"));
        assertThat(facts.hostPageBytes()).isGreaterThanOrEqualTo(4096);
        assertThat(facts.memoryAvailableBytes()).isBetween(1L, facts.memoryTotalBytes());
        assertThat(facts.processors()).isPositive();
        assertThat(facts.memfd().available()).isTrue();
    }

    @Test
    void probingLeavesNoFileOpen() throws IOException {
        assertThat(HostFacts.read()).isNotNull();
        long before = openFiles();
        assertThat(HostFacts.read()).isNotNull();
        assertThat(openFiles()).isEqualTo(before);
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void aMissingKvmDeviceSaysWhatToLoad() {
        Probe probe = KvmProbe.probe(Path.of("/nowhere/kvm"));
        assertThat(probe.available()).isFalse();
        assertThat(probe.detail()).contains("there is no /nowhere/kvm").contains("nested virtualization");
    }

    @Test
    void anotherFileIsNoKvmDevice(@TempDir Path directory) throws IOException {
        Probe probe = KvmProbe.probe(Files.createFile(directory.resolve("kvm")));
        assertThat(probe.available()).isFalse();
        assertThat(probe.detail()).contains("request 0xae00").contains("ENOTTY");
    }
}
