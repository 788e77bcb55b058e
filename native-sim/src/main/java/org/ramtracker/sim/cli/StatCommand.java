package org.ramtracker.sim.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.ramtracker.counters.CountersWatcher;
import org.ramtracker.migrate.MigrationCounters;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.sim.report.LiveFigures;
import org.ramtracker.sim.report.StatsJson;
import org.ramtracker.sim.vmm.VmDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ramtracker stat}: the live figures of another process. */
@Command(
        name = "stat",
        description = "Show the live figures of a running VM, or of a migration that publishes them, until it ends.",
        mixinStandardHelpOptions = true)
final class StatCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME|FILE", description = "A VM's --name, or the file of 'migrate --counters FILE'.")
    private String nameOrFile;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = Quantities.Time.class,
            description = "How often to look (default: ${DEFAULT-VALUE}).")
    private long intervalNanos;

    @Option(names = "--json", description = "Look once and print one JSON object with QMP query-migrate's names.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (intervalNanos <= 0) {
            throw new ParameterException(spec.commandLine(), "--interval must be longer than 0");
        }
        Watched watched = Watched.find(nameOrFile, VmDirectory.ofUser());
        try (CountersWatcher watcher = CountersWatcher.open(watched.file())) {
            return json ? once(watched, watcher) : follow(watched, watcher);
        }
    }

    private int once(Watched watched, CountersWatcher watcher) throws IOException {
        boolean isAlive = watcher.writer().isAlive();
        System.out.println(
                StatsJson.live(figures(watched, watcher), watcher.writer().pid(), isAlive));
        return isAlive ? ExitCode.OK : ended(watched, watcher);
    }

    private int follow(Watched watched, CountersWatcher watcher) throws IOException, InterruptedException {
        StatScreen screen = new StatScreen(System.out, ProgressPrinter.isTerminal(1));
        while (true) {
            boolean isAlive = watcher.writer().isAlive(); // asked first: what is read later is then the last
            screen.show(block(watched, watcher));
            if (!isAlive) {
                return ended(watched, watcher);
            }
            TimeUnit.NANOSECONDS.sleep(intervalNanos);
        }
    }

    private static List<String> block(Watched watched, CountersWatcher watcher) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("%s (process %d)".formatted(watched.title(), watcher.writer().pid()));
        lines.addAll(LiveFigures.of(figures(watched, watcher)));
        return lines;
    }

    private static MigrationStats figures(Watched watched, CountersWatcher watcher) throws IOException {
        return MigrationCounters.read(watcher.read())
                .orElseThrow(() -> new IOException(watched.file() + ": holds no figures of a migration"));
    }

    /** A migration leaves its file behind; a VM does so only when it is killed. */
    private static int ended(Watched watched, CountersWatcher watcher) {
        long pid = watcher.writer().pid();
        if (watched.isVm() && Files.exists(watched.file())) {
            System.err.printf(
                    "%s (process %d) died without removing %s; these were its last figures%n",
                    watched.title(), pid, watched.file());
            return ExitCode.FAILED;
        }
        System.err.printf("%s: process %d has ended; these were its last figures%n", watched.title(), pid);
        return ExitCode.OK;
    }
}
