package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.counters.CountersFile;
import org.ramtracker.counters.CountersWatcher;
import org.ramtracker.migrate.MigrationCounter;
import org.ramtracker.migrate.MigrationCounters;
import org.ramtracker.sim.cli.Jar.Ended;
import org.ramtracker.sim.cli.Jar.Running;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ramtracker stat} as users run it, beside another process that writes the figures. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StatIT {
    /** A migration that would take minutes. */
    private static final List<String> SLOW = List.of(
            "migrate", "--ram", "16M", "--fill", "random", "--bandwidth", "100K", "--run-for", "0", "--counters");

    @TempDir
    private Path runtime;

    private Path vms;

    @BeforeEach
    void makeDirectoryOfVms() throws IOException {
        vms = Files.createDirectory(
                runtime.resolve("ramtracker"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private Running start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Jar.command(arguments));
        builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
        return Jar.collect(builder);
    }

    private Ended stat(String... arguments) throws IOException, InterruptedException {
        String[] all = new String[arguments.length + 1];
        all[0] = "stat";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return start(all).await();
    }

    private Running migrateSlowly(Path counters) throws IOException {
        List<String> arguments = new ArrayList<>(SLOW);
        arguments.add(counters.toString());
        return start(arguments.toArray(String[]::new));
    }

    /** The file has a name before it has a content. */
    private static void awaitFigures(Path counters) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    try (CountersWatcher watcher = CountersWatcher.open(counters)) {
                        return MigrationCounters.read(watcher.read()).isPresent();
                    }
                });
    }

    /** What a VM of a name has, written by this JVM. */
    private CountersFile pretendVm(String name) throws IOException {
        CountersFile file = CountersFile.create(vms.resolve(name + ".counters"), MigrationCounter.values().length);
        MigrationCounters ignored = new MigrationCounters(file.manager());
        assertThat(ignored).isNotNull();
        return file;
    }

    @Test
    void figuresOfARunningMigrationAreShownUntilItsProcessEnds() throws Exception {
        Path counters = runtime.resolve("slow.counters");
        Running migration = migrateSlowly(counters);
        awaitFigures(counters);
        Running watching = start("stat", counters.toString(), "--interval", "50ms");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> stat(counters.toString(), "--json").out().contains("\"active\""));
        Ended once = stat(counters.toString(), "--json");
        migration.signal("TERM");
        migration.await();

        JsonNode json = JsonMapper.builder().build().readTree(once.out());
        assertThat(once.exitCode()).as(once.toString()).isZero();
        assertThat(json.get("ram").get("total").asLong()).isEqualTo(32L << 20);
        assertThat(json.get("ram").get("remaining").asLong()).isPositive();
        assertThat(json.get("writer").get("pid").asLong())
                .isEqualTo(migration.process().pid());
        Ended watched = watching.await();
        assertThat(watched.exitCode()).as(watched.toString()).isZero();
        assertThat(watched.out())
                .contains("status       active, pass 1, for ", "downtime     expected ")
                .doesNotContain("\u001b")
                .endsWith("of 4.0 KiB each");
        assertThat(watched.err()).endsWith("has ended; these were its last figures");
    }

    @Test
    void aVmIsFoundByItsNameAndOnesThatRunAreListedForAnother() throws Exception {
        try (CountersFile one = pretendVm("guest-1");
                CountersFile two = pretendVm("guest.2")) {
            assertThat(one).isNotSameAs(two);
            Ended ended = stat("guest-1", "--json");
            assertThat(ended.exitCode()).as(ended.toString()).isZero();
            assertThat(ended.out()).contains("\"status\":\"none\"");

            Ended unknown = stat("guest3");
            assertThat(unknown.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(unknown.err()).isEqualTo("there is no VM and no file guest3; these VMs run: guest-1, guest.2");
        }
    }

    @Test
    void aSecondVmOfTheSameNameIsRefusedAndLeavesTheFileOfTheFirst() throws Exception {
        try (CountersFile first = pretendVm("guest-1")) {
            assertThat(first.manager()).isNotNull();
            Ended second = start("vm", "--name", "guest-1", "--ram", "8M").await();
            assertThat(second.exitCode()).as(second.toString()).isEqualTo(ExitCode.FAILED);
            assertThat(second.err()).startsWith("a VM named guest-1 runs already");
            assertThat(vms.resolve("guest-1.counters")).exists();
        }
    }

    @Test
    void aVmThatWasKilledIsSaidToBeDead() throws Exception {
        Path counters = vms.resolve("victim.counters");
        Running migration = migrateSlowly(counters);
        awaitFigures(counters);
        migration.signal("KILL");
        migration.await();

        Ended ended = stat("victim");
        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err())
                .isEqualTo("VM victim (process %d) died without removing %s; these were its last figures"
                        .formatted(migration.process().pid(), counters));
    }

    @Test
    void badInputIsExplainedInOneLine() throws Exception {
        Path text = Files.writeString(runtime.resolve("text"), "no counters ".repeat(100));
        assertThat(stat(text.toString()).err())
                .startsWith(text + ": offset 0: 0x")
                .endsWith(" is not the magic of a counters file");
        try (CountersFile file = pretendVm("cut")) {
            assertThat(file).isNotNull();
            FileChannel.open(vms.resolve("cut.counters"), StandardOpenOption.WRITE)
                    .truncate(1000)
                    .close();
            Ended cut = stat("cut");
            assertThat(cut.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(cut.err()).startsWith(vms + "/cut.counters: ").endsWith("damaged or truncated");
        }
        assertThat(stat("../ramtracker/x").err()).startsWith("there is no VM and no file ../ramtracker/x; ");
    }
}
