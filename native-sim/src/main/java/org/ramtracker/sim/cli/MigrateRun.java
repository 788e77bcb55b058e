package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.SwitchoverCost;
import org.ramtracker.sim.report.Introduction;
import org.ramtracker.sim.report.MigrationJson;
import org.ramtracker.sim.report.MigrationText;
import org.ramtracker.sim.vmm.Endpoint;
import org.ramtracker.sim.vmm.Failures;
import org.ramtracker.sim.vmm.MigrationOptions;
import org.ramtracker.sim.vmm.OutgoingMigration;
import org.ramtracker.sim.vmm.OutgoingResult;
import org.ramtracker.sim.vmm.PageSample;
import org.ramtracker.sim.vmm.Preparation;
import org.ramtracker.sim.vmm.SimulatedVm;
import org.ramtracker.sim.vmm.VmSpec;

/**
 * One run of {@code ramtracker migrate}: destination, guest, migration, report. Or a series of them between one pair of processes:
 * guests alike, each booted when both sides are prepared and the one before it has been moved, verified, reported and unmapped.
 */
final class MigrateRun {
    private static final long LARGE_BYTES = 256L << 20;

    private final VmSpec spec;
    private final Optional<Endpoint> to;
    private final MigrationOptions options;
    private final boolean json;
    private final int guests;
    private final ProgressPrinter progress;
    private final PrintStream talk;
    /** None before the first guest's. */
    private volatile @Nullable OutgoingMigration migration;

    private volatile boolean cancelled;

    MigrateRun(
            VmSpec spec,
            Optional<Endpoint> to,
            MigrationOptions options,
            ProgressPrinter.Style style,
            boolean json,
            int guests) {
        this.spec = spec;
        this.to = to;
        this.options = options;
        this.json = json;
        this.guests = guests;
        this.progress = json ? ProgressPrinter.onStderr(style) : ProgressPrinter.onStdout(style);
        this.talk = json ? System.err : System.out;
    }

    /** Runs it and returns the exit code. */
    int run() throws IOException, InterruptedException {
        try (Interrupt interrupt = Interrupt.asks(this::cancel)) {
            int exitCode = runToEnd();
            if (exitCode != ExitCode.FAILED) {
                interrupt.endsWith(exitCode); // the guest has moved
            }
            return exitCode;
        }
    }

    /** The flag first: a migration that is set afterwards sees it. */
    private boolean cancel() {
        cancelled = true;
        OutgoingMigration current = migration;
        if (current == null) {
            System.err.println("nothing was migrated yet: the guest ends with this process");
            return false;
        }
        current.cancel();
        return true;
    }

    private int runToEnd() throws IOException, InterruptedException {
        if (to.isPresent()) {
            return runTo(to.get());
        }
        return guests > 1 ? runSeries() : runToOwnReceiver();
    }

    private int runToOwnReceiver() throws IOException, InterruptedException {
        try (SimulatedVm vm = boot();
                ReceiverProcess receiver = startReceiver(isWorthPopulating(vm))) {
            return migrate(vm, prepare(), receiver.endpoint(), Optional.of(receiver));
        }
    }

    /** What one has learned about switchovers it takes with it, so that each is the first of its machine. */
    private int runSeries() throws IOException, InterruptedException {
        try (ReceiverProcess receiver = startReceiver(isWorthPopulating())) {
            SwitchoverCost cost = prepare();
            int exitCode = ExitCode.OK;
            for (int guest = 0; guest < guests && exitCode == ExitCode.OK && !cancelled; guest++) {
                try (SimulatedVm vm = boot()) {
                    exitCode = migrate(vm, cost, receiver.endpoint(), Optional.of(receiver));
                }
            }
            return exitCode;
        }
    }

    /** By a guest that is only looked at: those that move are booted when the receiver is ready. */
    private boolean isWorthPopulating() throws IOException {
        if (!isLarge()) {
            return false;
        }
        try (SimulatedVm vm = SimulatedVm.boot(spec)) {
            return isWorthPopulating(vm);
        }
    }

    private boolean isWorthPopulating(SimulatedVm vm) {
        return isLarge() && PageSample.isMostlyData(vm.memory());
    }

    private ReceiverProcess startReceiver(boolean populating) throws IOException {
        ReceiverProcess receiver = ReceiverProcess.start(receiveArguments(populating));
        talk.println("destination: process %d on %s".formatted(receiver.pid(), receiver.endpoint()));
        return receiver;
    }

    private List<String> receiveArguments(boolean populating) {
        List<String> arguments = new ArrayList<>(List.of(
                "receive",
                "--listen",
                "tcp:127.0.0.1:0",
                "--run-for",
                options.runFor().toNanos() + "ns",
                "--channels",
                Integer.toString(options.transfer().channels()),
                ReceiveCommand.END_WITH_STDIN));
        if (!isLarge()) {
            arguments.add(ReceiveCommand.NO_WARM_UP);
        }
        if (populating) {
            arguments.addAll(List.of(ReceiveCommand.POPULATE, Long.toString(spec.ramBytes())));
        }
        if (guests > 1) {
            arguments.add(ReceiveCommand.ONE_AFTER_THE_OTHER);
        }
        return arguments;
    }

    /** Whether what is prepared for a guest, on either side, takes less time than it saves. */
    private boolean isLarge() {
        return spec.ramBytes() >= LARGE_BYTES;
    }

    private int runTo(Endpoint endpoint) throws IOException, InterruptedException {
        try (SimulatedVm vm = boot()) {
            return migrate(vm, prepare(), endpoint, Optional.empty());
        }
    }

    private SimulatedVm boot() throws IOException {
        talk.println("booting a guest: " + Introduction.of(spec));
        return SimulatedVm.boot(spec);
    }

    private SwitchoverCost prepare() throws IOException, InterruptedException {
        return isLarge() ? Preparation.run(options.transfer()) : SwitchoverCost.unknown();
    }

    private int migrate(SimulatedVm vm, SwitchoverCost cost, Endpoint endpoint, Optional<ReceiverProcess> receiver)
            throws IOException, InterruptedException {
        vm.learn(cost);
        talk.println("migrating to %s: %s".formatted(endpoint, Introduction.of(options)));
        OutgoingMigration current;
        try {
            current = OutgoingMigration.to(vm, endpoint, options);
        } catch (IOException e) {
            return report(OutgoingResult.notBegun(vm, options, TargetCheck.reason(e)));
        }
        migration = current;
        if (cancelled) {
            current.cancel();
        }
        OutgoingResult result = follow(current);
        return report(result.stats().status() == MigrationStatus.FAILED ? withComplaint(result, receiver) : result);
    }

    private static OutgoingResult withComplaint(OutgoingResult result, Optional<ReceiverProcess> receiver) {
        return receiver.flatMap(ReceiverProcess::complaint)
                .map(result::withComplaint)
                .orElse(result);
    }

    private OutgoingResult follow(OutgoingMigration current) throws IOException, InterruptedException {
        FutureTask<OutgoingResult> work = new FutureTask<>(current::run);
        Thread.ofPlatform().daemon().name("migration").start(work);
        try {
            return progress.follow(work, current::stats, options);
        } catch (ExecutionException e) {
            throw new IOException(Failures.reason(e), e.getCause());
        }
    }

    private int report(OutgoingResult result) {
        if (json) {
            System.out.println(MigrationJson.of(result));
        } else {
            MigrationText.of(result).forEach(System.out::println);
        }
        return exitCode(result);
    }

    private int exitCode(OutgoingResult result) {
        if (result.stats().status() != MigrationStatus.COMPLETED) {
            return ExitCode.FAILED;
        }
        return result.verification().isAcceptable() ? ExitCode.OK : ExitCode.NOT_EQUAL;
    }
}
