package org.ramtracker.sim.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ramtracker.counters.CountersFile;
import org.ramtracker.migrate.MigrationCounter;
import org.ramtracker.migrate.MigrationCounters;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.sim.report.MigrationJson;
import org.ramtracker.sim.report.OutputPlace;
import org.ramtracker.sim.vmm.Endpoint;
import org.ramtracker.sim.vmm.Failures;
import org.ramtracker.sim.vmm.MigrationOptions;
import org.ramtracker.sim.vmm.TransferSpec;
import org.ramtracker.sim.vmm.VmSpec;
import org.ramtracker.stream.XbzrleEncoder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ramtracker migrate}: boots a guest and moves it, by default to a second process of its own. */
@Command(
        name = "migrate",
        description = "Boot a busy guest and move it, running, to another process; check that it arrived whole.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class MigrateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private GuestOptions guest;

    @Mixin
    private ConvergenceOptions convergence;

    @Option(
            names = "--to",
            paramLabel = "URI",
            converter = Names.Uri.class,
            description = "tcp:HOST:PORT or unix:PATH of a running 'ramtracker receive', or file:PATH "
                    + "(default: a destination in a second process).")
    private @Nullable Endpoint to;

    @Option(
            names = "--dup-bytes",
            paramLabel = "WHICH",
            defaultValue = "zero",
            description = "Pages sent as a single byte: zero pages (all that QEMU 8.2 and later load), or "
                    + "those of any one byte (default: ${DEFAULT-VALUE}).")
    private DuplicateBytes duplicates;

    @Mixin
    private TransferOptions transfer;

    @Option(
            names = "--run-for",
            paramLabel = "TIME",
            defaultValue = "500ms",
            converter = Quantities.Time.class,
            description = "How long the guest runs on before it checks itself (default: ${DEFAULT-VALUE}).")
    private long runForNanos;

    @Option(
            names = "--no-compare",
            description = "Do not compare both memories after the switchover; the guest stands still meanwhile.")
    private boolean noCompare;

    @Option(
            names = "--counters",
            paramLabel = "FILE",
            description = "Publish live figures as Agrona counters in this memory-mapped file.")
    private @Nullable Path countersFile;

    @Option(
            names = "--progress",
            paramLabel = "STYLE",
            defaultValue = "auto",
            description = "auto (one line on a terminal), plain (a line a second) or none (default: ${DEFAULT-VALUE}).")
    private ProgressPrinter.Style progress;

    /** Hidden: what a study needs that migrates often, and does not want to wait for two processes each time. */
    @Option(names = "--guests", paramLabel = "N", defaultValue = "1", hidden = true)
    private int guests;

    @Option(
            names = "--json",
            description = "Print one JSON object with QMP query-migrate's names on stdout; all else goes to stderr.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        MigrationParameters parameters = Usage.checked(spec, convergence::parameters);
        VmSpec vm = Usage.checked(spec, guest::vmSpec);
        checkTarget();
        checkGuests();
        checkForm(vm, Usage.checked(spec, transfer::spec));
        try {
            return run(vm, parameters);
        } catch (IOException e) {
            if (json) {
                System.out.println(MigrationJson.failure(Failures.reason(e)));
            }
            throw e;
        }
    }

    private int run(VmSpec vm, MigrationParameters parameters) throws IOException, InterruptedException {
        if (to != null) {
            TargetCheck.require(to);
        }
        if (countersFile == null) {
            return run(vm, options(parameters, Optional.empty()));
        }
        OutputPlace.requireUsable(countersFile);
        try (CountersFile file = CountersFile.create(countersFile, MigrationCounter.values().length)) {
            // Never closed: its values stay in the file for whoever looks later.
            return run(vm, options(parameters, Optional.of(new MigrationCounters(file.manager()))));
        }
    }

    private int run(VmSpec vm, MigrationOptions options) throws IOException, InterruptedException {
        return new MigrateRun(vm, Optional.ofNullable(to), options, progress, json, guests).run();
    }

    private MigrationOptions options(MigrationParameters parameters, Optional<MigrationCounters> counters) {
        return new MigrationOptions(
                        convergence.preset().policy(),
                        parameters,
                        duplicates,
                        !noCompare,
                        Duration.ofNanos(runForNanos),
                        counters)
                .with(transfer.spec());
    }

    private void checkTarget() {
        if (to instanceof Endpoint.Tcp(String host, int port) && port == 0) {
            throw new ParameterException(spec.commandLine(), "--to needs the port that the receiver listens on, not 0");
        }
    }

    private void checkGuests() {
        if (guests < 1 || (guests > 1 && to != null)) {
            throw new ParameterException(spec.commandLine(), "--guests needs 1 or more, and a destination of its own");
        }
    }

    private void checkForm(VmSpec vm, TransferSpec form) {
        if (form.xbzrleCacheBytes() > 0 && vm.pageSize().bytes() > XbzrleEncoder.PAGE_BYTES_MAX) {
            throw new ParameterException(spec.commandLine(), "--xbzrle can encode pages of up to 16K only");
        }
        if (form.xbzrleCacheBytes() > 0
                && form.xbzrleCacheBytes() < vm.pageSize().bytes()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--xbzrle needs room for a page at least: %d bytes or more"
                            .formatted(vm.pageSize().bytes()));
        }
        if (form.channels() > 0 && to instanceof Endpoint.File) {
            throw new ParameterException(spec.commandLine(), "--channels needs connections, --to names a file");
        }
    }
}
