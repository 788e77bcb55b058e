package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.ramtracker.counters.CountersFile;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.ShutdownReason;
import org.ramtracker.sim.vmm.Endpoint;
import org.ramtracker.sim.vmm.MachineOptions;
import org.ramtracker.sim.vmm.ManagedMachine;
import org.ramtracker.sim.vmm.VmDirectory;
import org.ramtracker.sim.vmm.VmSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ramtracker vm}: a machine to drive. */
@Command(
        name = "vm",
        description = "Run a simulated VM that is driven over QMP and HMP like a QEMU; two of them and a monitor are "
                + "a migration.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class VmCommand implements Callable<Integer> {
    private static final String DEFER = "defer";
    private static final String STDIO = "stdio";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "What it is called; 'ramtracker stat NAME' finds it.")
    private String name;

    @Mixin
    private GuestOptions guest;

    @Option(
            names = "--incoming",
            paramLabel = "URI",
            description = "Have no guest, but wait for one on tcp:HOST:PORT (port 0: any free one) or unix:PATH, read "
                    + "one from file:PATH, or do what 'migrate-incoming' says (defer).")
    private @Nullable String incoming;

    @Option(
            names = "--qmp",
            paramLabel = "unix:PATH",
            converter = Names.UnixSocket.class,
            description = "Serve QMP on this socket.")
    private Endpoint.@Nullable Unix qmp;

    @Option(
            names = "--monitor",
            paramLabel = "WHERE",
            description = "Offer the monitor for people (HMP) on stdio, the terminal, or on unix:PATH.")
    private @Nullable String monitor;

    @Option(names = "-S", description = "Do not let the guest run before 'cont'.")
    private boolean stopped;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String checkedName = Usage.checked(spec, () -> VmDirectory.checkName(name));
        checkIncoming();
        checkMonitor();
        CompletableFuture<ManagedMachine> booted = new CompletableFuture<>();
        try (Interrupt interrupt = Interrupt.runs(() -> quitOnSignal(booted))) {
            int exitCode = run(checkedName, booted);
            interrupt.endsWith(exitCode); // as QEMU: a signal is a way to quit
            return exitCode;
        }
    }

    private void checkIncoming() {
        String uri = incoming;
        if (uri != null && !uri.equals(DEFER)) {
            Endpoint ignored = Usage.checked(spec, () -> Endpoint.parse(uri));
        }
    }

    private void checkMonitor() {
        String where = monitor;
        if (where != null && !where.equals(STDIO)) {
            Endpoint.Unix ignored = Usage.checked(spec, () -> Names.UnixSocket.parse(where));
        }
    }

    private static void quitOnSignal(CompletableFuture<ManagedMachine> booted) {
        var ignored = booted.thenAccept(machine -> machine.quit(ShutdownReason.HOST_SIGNAL));
    }

    private int run(String checkedName, CompletableFuture<ManagedMachine> booted)
            throws IOException, InterruptedException {
        VmDirectory directory = VmDirectory.ofUser();
        CountersFile counters = directory.create(checkedName, ManagedMachine.COUNTERS);
        try (counters) { // from here on the file is ours to remove
            return drive(
                    machine(new MachineOptions(checkedName, !stopped, MigrationParameters.defaults()), counters),
                    booted);
        } finally {
            directory.remove(checkedName);
        }
    }

    private ManagedMachine machine(MachineOptions options, CountersFile counters) throws IOException {
        if (incoming != null) {
            return ManagedMachine.awaitGuest(options, guest.wantedRamBytes(), guest.wantedDirtySource(), counters);
        }
        VmSpec vm = Usage.checked(spec, guest::vmSpec);
        return ManagedMachine.boot(options, vm, counters);
    }

    /** The machine ends before its monitors do: they have to tell of it. */
    private int drive(ManagedMachine machine, CompletableFuture<ManagedMachine> booted)
            throws IOException, InterruptedException {
        try (Monitors monitors = new Monitors(machine)) {
            try (machine) {
                serve(monitors);
                receive(machine);
                booted.complete(machine);
                return exitCode(machine, machine.awaitEnd());
            }
        }
    }

    private void serve(Monitors monitors) throws IOException {
        if (qmp != null) {
            monitors.serveQmp(qmp);
        }
        if (STDIO.equals(monitor)) {
            monitors.talk();
        } else if (monitor != null) {
            monitors.serveHmp(Names.UnixSocket.parse(monitor));
        }
    }

    private void receive(ManagedMachine machine) throws IOException {
        if (incoming == null || incoming.equals(DEFER)) {
            return;
        }
        try {
            machine.migrateIncoming(incoming, true);
        } catch (MonitorException e) {
            throw new IOException(e.description(), e);
        }
        PrintStream talk = STDIO.equals(monitor) ? System.err : System.out;
        machine.migration().listeningOn().ifPresent(uri -> talk.println(ReceiverProcess.LISTENING + uri));
    }

    private static int exitCode(ManagedMachine machine, ShutdownReason reason) {
        if (reason != ShutdownReason.HOST_ERROR) {
            return ExitCode.OK;
        }
        System.err.println(machine.migration().reason().orElse("the machine failed"));
        return ExitCode.FAILED;
    }
}
