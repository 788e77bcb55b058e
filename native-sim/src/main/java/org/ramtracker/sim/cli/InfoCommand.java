package org.ramtracker.sim.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.ramtracker.libc.LibcException;
import org.ramtracker.linux.HostFacts;
import org.ramtracker.linux.HugePagePool;
import org.ramtracker.linux.Probe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Shows what this machine offers and what was chosen. */
@Command(
        name = "info",
        description = "Show what this machine offers, what was chosen, and why.",
        mixinStandardHelpOptions = true)
final class InfoCommand implements Callable<Integer> {
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Override
    public Integer call() throws LibcException {
        MachineInfo info = MachineInfo.read();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            printJson(info, out);
        } else {
            print(info, out);
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void printJson(MachineInfo info, PrintWriter out) {
        JsonMapper mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .build();
        out.println(mapper.writeValueAsString(info));
    }

    private static void print(MachineInfo info, PrintWriter out) {
        HostFacts host = info.host();
        line(out, "JDK", info.jdk());
        line(out, "Kernels", info.kernels() + ": " + info.kernelsReason());
        line(
                out,
                "Guest pages",
                info.guestPageBytes().stream().map(InfoCommand::size).collect(Collectors.joining(", ")));
        line(out, "Linux", host.kernelRelease());
        line(out, "Cores", Integer.toString(host.processors()));
        line(out, "Memory", memory(host));
        line(out, "Host pages", size(host.hostPageBytes()));
        line(out, "Huge pages", hugePages(host));
        line(out, "memfd", words(host.memfd()));
        line(out, "/dev/kvm", words(host.kvm()));
        line(out, "userfaultfd", words(host.userfaultfd()));
        line(out, "PAGEMAP_SCAN", words(host.pagemapScan()));
        line(out, "KVM log", words(host.kvmLog()));
        line(out, "KVM clear", words(host.kvmClear()));
        line(out, "KVM ring", words(host.kvmRing()));
    }

    private static void line(PrintWriter out, String name, String value) {
        out.printf("%-13s %s%n", name, value);
    }

    private static String memory(HostFacts host) {
        return "%s, of which %s available".formatted(size(host.memoryTotalBytes()), size(host.memoryAvailableBytes()));
    }

    private static String hugePages(HostFacts host) {
        String pools = host.hugePagePools().stream().map(InfoCommand::pool).collect(Collectors.joining(", "));
        return "transparent " + words(host.transparentHugePages()) + (pools.isEmpty() ? "" : "; reserved " + pools);
    }

    private static String pool(HugePagePool pool) {
        return "%d of %s (%d free)".formatted(pool.pages(), size(pool.pageBytes()), pool.freePages());
    }

    private static String words(Probe probe) {
        return (probe.available() ? "yes, " : "no, ") + probe.detail();
    }

    /** Whole numbers of a unit stay whole: a page is 4 KiB. */
    static String size(long bytes) {
        if (bytes < 0) {
            return "unknown";
        }
        int unit = bytes == 0 ? 0 : (Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes)) / 10;
        long unitBytes = 1L << (10 * unit);
        return bytes % unitBytes == 0
                ? "%d %s".formatted(bytes / unitBytes, UNITS.get(unit))
                : String.format(Locale.ROOT, "%.1f %s", (double) bytes / unitBytes, UNITS.get(unit));
    }
}
