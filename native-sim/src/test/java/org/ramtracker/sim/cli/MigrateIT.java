package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.counters.CountersWatcher;
import org.ramtracker.sim.cli.Jar.Ended;
import org.ramtracker.sim.cli.Jar.Running;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.guest.Hosts;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ramtracker migrate} and {@code receive} as users run them, in two processes. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MigrateIT {
    @TempDir
    private Path directory;

    /** Small and fast, so that each takes a second or two. */
    private static String[] migrate(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("migrate", "--ram", "32M", "--bandwidth", "0", "--dirty-rate", "16M", "--run-for", "100ms"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private static JsonNode json(Ended ended) {
        assertThat(ended.out().lines()).as(ended.toString()).hasSize(1);
        return JsonMapper.builder().build().readTree(ended.out());
    }

    private static void assertVerified(Ended ended) {
        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        assertThat(ended.out()).contains("verified: every page of the destination equals the paused source");
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle", "sweep", "hotset", "random-writes", "bursty"})
    void everyKindOfGuestArrivesWhole(String kind) throws Exception {
        Ended ended = Jar.run(migrate("--guest", kind, "--threads", "2", "--json"));

        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        JsonNode result = json(ended);
        assertThat(result.get("status").asString()).isEqualTo("completed");
        assertThat(result.get("verified").asBoolean()).isTrue();
        assertThat(result.get("verification").get("digests")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "kvm:hotset, kvm-log, --vcpus",
        "kvm:random-writes, kvm-clear, --vcpus",
        "kvm:bursty, kvm-ring, --vcpus",
        "kvm:sweep, pagemap, --vcpus",
        "native:hotset, pagemap, --threads"
    })
    void aGuestWhoseWritesOnlyTheKernelKnowsArrivesWhole(String guest, String dirtyLog, String writers)
            throws Exception {
        Hosts.require(DirtySource.parse(dirtyLog));
        Hosts.require(guest.startsWith("kvm") ? GuestEngine.KVM : GuestEngine.NATIVE);
        assertVerified(Jar.run(migrate("--guest", guest, "--dirty-log", dirtyLog, writers, "2")));
    }

    @ParameterizedTest
    @CsvSource({
        "--page-size, 2M, --fill, random",
        "--page-size, 64K, --fill, mixed",
        "--dup-bytes, any, --fill, mixed",
        "--dup-bytes, zero, --fill, zero"
    })
    void everyPageSizeAndFillArrivesWhole(String option, String value, String fill, String kind) throws Exception {
        assertVerified(Jar.run(migrate(option, value, fill, kind)));
    }

    @Test
    void jsonIsOneObjectWithTheNamesOfQueryMigrateAndTheFiguresAddUp() throws Exception {
        Path counters = directory.resolve("counters");
        Ended ended = Jar.run(migrate("--json", "--counters", counters.toString()));

        JsonNode result = json(ended);
        assertThat(result.propertyNames())
                .contains("status", "total-time", "downtime", "expected-downtime", "setup-time", "ram", "verified");
        JsonNode ram = result.get("ram");
        assertThat(ram.propertyNames())
                .contains(
                        "transferred",
                        "remaining",
                        "total",
                        "duplicate",
                        "normal",
                        "normal-bytes",
                        "dirty-sync-count",
                        "dirty-pages-rate",
                        "mbps",
                        "page-size");
        assertThat(ram.get("total").asLong()).isEqualTo(48L << 20);
        assertThat(ram.get("remaining").asLong()).isZero();
        assertThat(ram.get("normal-bytes").asLong())
                .isEqualTo(ram.get("normal").asLong() * ram.get("page-size").asLong());
        assertThat(ram.get("normal").asLong() + ram.get("duplicate").asLong()).isGreaterThanOrEqualTo(48L << 8);
        assertThat(ram.get("transferred").asLong())
                .isGreaterThan(ram.get("normal-bytes").asLong());
        assertThat(counterValues(counters))
                .containsEntry("total (bytes)", ram.get("total").asLong())
                .containsEntry("transferred (bytes)", ram.get("transferred").asLong());
    }

    @Test
    void presetWithAnOptionOfItsOwnEndsAMigrationThatWouldNotConvergeAndSaysAtWhatCost() throws Exception {
        Ended ended = Jar.run(
                "migrate --ram 8M --guest sweep --dirty-rate 256M --bandwidth 64M --fill random --run-for 100ms --json"
                        .concat(" --policy treutner --max-iterations 2")
                        .split(" "));

        JsonNode switchover = json(ended).get("switchover");
        assertThat(switchover.get("rule").asString()).isEqualTo("max-iterations");
        assertThat(switchover.get("downtime-limit").asLong()).isEqualTo(30);
        assertThat(switchover.get("expected-downtime").asLong()).isGreaterThan(30);
        assertThat(switchover.get("limit-broken").asBoolean()).isTrue();
        assertThat(switchover.get("downtime").asLong())
                .isEqualTo(json(ended).get("downtime").asLong());
        assertThat(json(ended).get("verified").asBoolean()).isTrue();
    }

    private static Map<String, Long> counterValues(Path file) throws IOException {
        Map<String, Long> values = new HashMap<>();
        try (CountersWatcher counters = CountersWatcher.open(file)) {
            counters.read().forEach((value, id, label) -> values.put(label, value));
        }
        return values;
    }

    @Test
    void aPairOfProcessesMovesGuestAfterGuestAndReportsEach() throws Exception {
        Ended ended = Jar.run(migrate("--guest", "hotset", "--json", "--guests", "3"));

        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        assertThat(ended.out().lines())
                .hasSize(3)
                .allMatch(line -> JsonMapper.builder()
                        .build()
                        .readTree(line)
                        .get("verified")
                        .asBoolean());
    }

    @Test
    void withoutATerminalThereAreLinesAndNoControlCharacters() throws Exception {
        Ended ended = Jar.run("migrate", "--ram", "32M", "--bandwidth", "20M", "--fill", "random", "--run-for", "0");

        assertVerified(ended);
        assertThat(ended.out())
                .doesNotContain("\r", "\u001b")
                .contains("pass 1 | ")
                .contains("downtime ");
        assertThat(ended.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(200));
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void aUnixSocketOfARunningReceiverIsATarget() throws Exception {
        Path socket = directory.resolve("s");
        Running receiver =
                Jar.start("receive", "--listen", "unix:" + socket, "--no-warm-up", "--json", "--run-for", "100ms");
        await(socket);

        assertVerified(Jar.run(migrate("--to", "unix:" + socket)));

        Ended received = receiver.await();
        assertThat(received.exitCode()).as(received.toString()).isZero();
        assertThat(json(received).get("self-check").get("passed").asBoolean()).isTrue();
        assertThat(socket).doesNotExist();
    }

    private static void await(Path path) throws InterruptedException {
        for (int i = 0; i < 600 && !Files.exists(path); i++) {
            Thread.sleep(50);
        }
    }

    @Test
    void whatWasWrittenToAFileCanBeReceivedLater() throws Exception {
        String file = "file:" + directory.resolve("guest");
        assertVerified(Jar.run(migrate("--to", file)));

        Ended received = Jar.run("receive", "--listen", file, "--run-for", "100ms");

        assertThat(received.exitCode()).as(received.toString()).isZero();
        assertThat(received.out()).contains("the guest runs here").contains("all as the guest left them");
    }

    /** A port that was free a moment ago. */
    private static String nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return "tcp:127.0.0.1:" + socket.getLocalPort();
        }
    }

    @Test
    void nobodyListeningIsSaidInOneLineAndTheGuestGoesOn() throws Exception {
        Ended ended = Jar.run(migrate("--to", nobody()));

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.out())
                .contains("Connection refused; is 'ramtracker receive' running there?")
                .contains("the guest goes on at the source")
                .doesNotContain("total time");
    }

    @Test
    void aFailureIsJsonToo() throws Exception {
        Ended ended = Jar.run(migrate("--json", "--to", nobody()));

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
        JsonNode result = json(ended);
        assertThat(result.get("status").asString()).isEqualTo("failed");
        assertThat(result.get("error-desc").asString()).startsWith("cannot connect to tcp:");
        assertThat(result.get("verified").asBoolean()).isFalse();
        assertThat(result.get("source-self-check").get("passed").asBoolean()).isTrue();
    }

    @Test
    void aBadOptionIsTheUsersFault() throws Exception {
        Ended ended = Jar.run("migrate", "--ram", "12X");

        assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err().lines()).hasSize(2);
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void aFileThatIsNoStreamIsExplainedInOneLine() throws Exception {
        Path file = Files.writeString(directory.resolve("letter"), "Dear guest, ...");

        Ended ended = Jar.run("receive", "--listen", "file:" + file);

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err().lines()).as(ended.toString()).hasSize(1);
        assertThat(ended.err()).contains(file.toString());
    }

    /** A limit on the length of files stands in for a full disk. */
    @Test
    void aDiskThatFillsUpLeavesTheGuestHereAndNoFileBehind() throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f 8192; exec \"$0\" \"$@\""));
        command.addAll(Jar.command(migrate("--fill", "random", "--to", "file:" + directory.resolve("guest"))));

        Ended ended = Jar.collect(new ProcessBuilder(command)).await();

        assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.out()).contains("failed: ").contains("the guest goes on at the source");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aDestinationOfOurOwnThatDiesLeavesTheGuestHere() throws Exception {
        Running running = Jar.start("migrate", "--ram", "64M", "--bandwidth", "8M", "--run-for", "100ms");
        ProcessHandle destination = awaitChild(running.process());
        Thread.sleep(3_000);

        destination.destroyForcibly();

        Ended ended = running.await();
        assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.out()).contains("failed: ").contains("the guest goes on at the source");
    }

    @Test
    void receivingSaysInJsonTooWhyItFailed() throws Exception {
        Ended ended = Jar.run("receive", "--json", "--listen", "file:" + directory.resolve("nothing"));

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(json(ended).get("error-desc").asString()).endsWith("no such file or directory");
    }

    @Test
    void aSignalCancelsAndTheGuestGoesOnHereAndNoDestinationIsLeftBehind() throws Exception {
        Running running = Jar.start("migrate", "--ram", "64M", "--bandwidth", "1M", "--run-for", "100ms");
        ProcessHandle destination = awaitChild(running.process());
        Thread.sleep(3_000);
        String signal = ignoresInterrupts() ? "TERM" : "INT";

        running.signal(signal);

        Ended ended = running.await();
        assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(signal.equals("INT") ? ExitCode.INTERRUPTED : 143);
        assertThat(ended.out()).contains("cancelled: ").contains("the guest goes on at the source");
        assertThat(destination.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    /** A guest of 256 MiB is prepared for by seconds of migrations within each side; nothing has moved when the signal comes. */
    @Test
    void aSignalBeforeTheMigrationSaysThatNothingMoved() throws Exception {
        Running running = Jar.start("migrate", "--guest", "idle", "--ram", "256M");
        ProcessHandle destination = awaitChild(running.process());

        running.signal("TERM");

        Ended ended = running.await();
        assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(128 + 15);
        assertThat(ended.err()).isEqualTo("nothing was migrated yet: the guest ends with this process");
        assertThat(destination.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    /** Whoever starts a build in the background may have switched SIGINT off for it and all that it starts. */
    private static boolean ignoresInterrupts() throws IOException {
        String ignored = Files.readString(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(ignored.substring(7).strip(), 16) & 1L << (2 - 1)) != 0;
    }

    private static ProcessHandle awaitChild(Process parent) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            var child = parent.children().findFirst();
            if (child.isPresent()) {
                return child.get();
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no destination was started");
    }

    @Test
    void aDestinationDoesNotOutliveAParentThatWasKilled() throws Exception {
        Running running = Jar.start("migrate", "--ram", "64M", "--bandwidth", "1M");
        ProcessHandle destination = awaitChild(running.process());

        running.process().destroyForcibly();

        assertThat(destination.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    /** Zero pages must stay the kernel's zero page: a destination that wrote them would need 6 GiB. */
    @Test
    void aSparseGuestOfSixGibibytesStaysSparse() throws Exception {
        Path socket = directory.resolve("s");
        Running receiver = Jar.start("receive", "--listen", "unix:" + socket, "--run-for", "3s");
        await(socket);
        Running source = Jar.start(
                "migrate",
                "--ram",
                "6G",
                "--fill",
                "zero",
                "--dirty-rate",
                "1M",
                "--bandwidth",
                "0",
                "--json",
                "--to",
                "unix:" + socket);

        long peakBytes = 0;
        while (source.process().isAlive() && receiver.process().isAlive()) {
            peakBytes = Math.max(peakBytes, residentBytes(receiver.process().pid()));
            Thread.sleep(200);
        }

        Ended ended = source.await();
        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        assertThat(json(ended).get("ram").get("total").asLong()).isEqualTo((6L << 30) + (16L << 20));
        assertThat(peakBytes).isBetween(1L, 1L << 30);
        assertThat(receiver.await().exitCode()).isZero();
    }

    private static long residentBytes(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/status"))
                    .lines()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
