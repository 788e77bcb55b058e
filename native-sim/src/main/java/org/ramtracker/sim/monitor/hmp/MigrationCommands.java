package org.ramtracker.sim.monitor.hmp;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MigrationInfo;
import org.ramtracker.sim.monitor.MonitorException;

/** Moves the guest. */
final class MigrationCommands {
    private static final long LOOK_NANOS = 20_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ManagedVm vm;
    private final Function<MigrationStats, String> progress;

    MigrationCommands(ManagedVm vm, Function<MigrationStats, String> progress) {
        this.vm = vm;
        this.progress = progress;
    }

    List<HmpCommand> commands() {
        return List.of(
                HmpCommand.of(
                        "migrate",
                        "[-d] uri",
                        "migrate to URI, like tcp:HOST:PORT, unix:PATH or file:PATH (-d to not wait for completion)",
                        this::migrate),
                HmpCommand.of("migrate_cancel", "", "cancel the current migration", this::cancel),
                new HmpCommand(
                        "migrate_continue",
                        "state",
                        "continue a migration that waits in the given state",
                        List.of(List.of(MigrationStatus.PRE_SWITCHOVER.qmpName())),
                        this::continueFrom),
                HmpCommand.of(
                        "migrate_incoming",
                        "uri",
                        "wait for a guest at URI; for a VM that was started with --incoming defer",
                        this::incoming));
    }

    private void migrate(HmpArguments arguments, Console console)
            throws SyntaxException, MonitorException, IOException {
        boolean detach = arguments.options("d").contains("d");
        String uri = arguments.string();
        arguments.end();
        vm.migrate(uri);
        if (!detach && console.canWait()) {
            follow(console);
        } else if (!detach) {
            console.print("terminal does not allow synchronous migration, continuing detached\n");
        }
    }

    /** Until it is over, or waits for {@code migrate_continue}: that has to be typed. */
    private void follow(Console console) throws IOException {
        long shownNanos = System.nanoTime();
        MigrationInfo info = vm.migration();
        while (isUnderWay(info.status())) {
            if (console.takeInterrupt()) {
                vm.cancelMigration();
            }
            long nowNanos = System.nanoTime();
            if (nowNanos - shownNanos >= console.progressIntervalMillis() * NANOS_PER_MILLI) {
                shownNanos = nowNanos;
                console.showProgress(describe(info));
            }
            LockSupport.parkNanos(LOOK_NANOS);
            info = vm.migration();
        }
        console.print(ending(info));
    }

    private static boolean isUnderWay(MigrationStatus status) {
        return !status.isTerminal() && status != MigrationStatus.PRE_SWITCHOVER;
    }

    private String describe(MigrationInfo info) {
        return info.stats().map(progress).orElse(info.status().qmpName());
    }

    private static String ending(MigrationInfo info) {
        String status = "Migration status: " + info.status().qmpName();
        return info.reason().map(reason -> status + " (" + reason + ")\n").orElse(status + "\n");
    }

    private void cancel(HmpArguments arguments, Console console) throws SyntaxException {
        arguments.end();
        vm.cancelMigration();
    }

    private void continueFrom(HmpArguments arguments, Console console) throws SyntaxException, MonitorException {
        String state = arguments.string();
        arguments.end();
        vm.continueMigration(MigrationStatus.named(state)
                .orElseThrow(() -> new MonitorException("invalid parameter value: " + state)));
    }

    private void incoming(HmpArguments arguments, Console console) throws SyntaxException, MonitorException {
        String uri = arguments.string();
        arguments.end();
        vm.migrateIncoming(uri, true);
    }
}
