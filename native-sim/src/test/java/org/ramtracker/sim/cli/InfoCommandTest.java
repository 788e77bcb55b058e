package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ramtracker.simd.Kernels;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class InfoCommandTest {
    private final StringWriter out = new StringWriter();

    @Test
    void textHasOneLineForEachFact() {
        assertThat(run()).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines)
                .extracting(line -> line.substring(0, 13).strip())
                .containsExactly(
                        "JDK",
                        "Kernels",
                        "Guest pages",
                        "Linux",
                        "Cores",
                        "Memory",
                        "Host pages",
                        "Huge pages",
                        "memfd",
                        "/dev/kvm",
                        "userfaultfd",
                        "PAGEMAP_SCAN",
                        "KVM log",
                        "KVM clear",
                        "KVM ring");
    }

    @Test
    void textSaysWhichKernelsRunAndWhy() {
        assertThat(run()).isZero();
        assertThat(out.toString())
                .contains(Kernels.chosen().description() + ": " + Kernels.reason())
                .contains("4 KiB, 8 KiB, 16 KiB, 32 KiB, 64 KiB, 128 KiB, 256 KiB, 512 KiB, 1 MiB, 2 MiB")
                .contains(System.getProperty("java.runtime.version"));
    }

    @Test
    void jsonIsOneObjectWithEveryFact() {
        assertThat(run("--json")).isZero();
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.get("kernels").asString()).isEqualTo(Kernels.chosen().description());
        assertThat(json.get("guest-page-bytes").size()).isEqualTo(10);
        JsonNode host = json.get("host");
        assertThat(host.get("processors").asInt()).isPositive();
        assertThat(host.get("memory-total-bytes").asLong()).isPositive();
        for (String probe : List.of(
                "memfd",
                "kvm",
                "userfaultfd",
                "pagemap-scan",
                "transparent-huge-pages",
                "kvm-log",
                "kvm-clear",
                "kvm-ring")) {
            assertThat(host.get(probe).get("available").isBoolean()).as(probe).isTrue();
            assertThat(host.get(probe).get("detail").asString()).as(probe).isNotBlank();
        }
    }

    @Test
    void sizesStayWholeWhereTheyAre() {
        assertThat(List.of(InfoCommand.size(0), InfoCommand.size(1023), InfoCommand.size(4096)))
                .containsExactly("0 B", "1023 B", "4 KiB");
        assertThat(List.of(InfoCommand.size(1536), InfoCommand.size(1L << 40), InfoCommand.size(-1)))
                .containsExactly("1.5 KiB", "1 TiB", "unknown");
    }

    private int run(String... arguments) {
        return new CommandLine(new InfoCommand()).setOut(new PrintWriter(out)).execute(arguments);
    }
}
