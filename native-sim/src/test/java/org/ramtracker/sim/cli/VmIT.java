package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.sim.monitor.qmp.QmpClient;
import tools.jackson.databind.JsonNode;

/** Machines as processes of their own, driven over QMP as by a management application. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class VmIT {
    private static final Duration START_MAX = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final List<Jar.Running> machines = new ArrayList<>();

    @AfterEach
    void endWhatATestLeft() {
        machines.forEach(machine -> machine.process().destroyForcibly());
    }

    private Jar.Running launch(String name, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("vm", "--name", name, "--qmp", "unix:" + socket(name)));
        arguments.addAll(Arrays.asList(options));
        ProcessBuilder builder = new ProcessBuilder(Jar.command(arguments.toArray(String[]::new)));
        builder.environment().put("XDG_RUNTIME_DIR", directory.toString());
        Jar.Running machine = Jar.collect(builder);
        machines.add(machine);
        return machine;
    }

    private Path socket(String name) {
        return directory.resolve(name + ".qmp");
    }

    private QmpClient connect(String name) throws Exception {
        await().atMost(START_MAX).until(() -> Files.exists(socket(name)));
        return QmpClient.negotiated(socket(name));
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.map(Path::toString))
                    .noneMatch(name -> name.endsWith(".qmp") || name.endsWith(".counters"));
        }
    }

    @Test
    void twoProcessesAreAMigrationAndLeaveNothingBehind() throws Exception {
        Jar.Running source = launch("source", "--ram", "16M", "--guest", "hotset");
        Path migration = directory.resolve("migration");
        Jar.Running destination = launch("destination", "--ram", "16M", "--incoming", "unix:" + migration);
        try (QmpClient here = connect("source");
                QmpClient there = connect("destination")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket("source"))))
                    .isEqualTo("rw-------");
            here.run("migrate", Map.of("uri", "unix:" + migration));
            assertThat(here.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(there.statesUntil("completed", "failed")).endsWith("completed");
            assertThat(here.runState()).isEqualTo("postmigrate");
            assertThat(there.runState()).isEqualTo("running");
            assertThat(there.execute("x-check-guest").get("passed").booleanValue())
                    .isTrue();
            here.run("quit");
            assertThat(here.eventsUntil(
                            event -> event.get("event").stringValue().equals("SHUTDOWN")))
                    .isNotEmpty();
            destination.signal("TERM");
            List<JsonNode> last =
                    there.eventsUntil(event -> event.get("event").stringValue().equals("SHUTDOWN"));
            assertThat(last.getLast().get("data").get("reason").stringValue()).isEqualTo("host-signal");
        }
        assertThat(source.await().exitCode()).isZero();
        assertThat(destination.await().exitCode()).isZero();
        assertNothingLeft();
    }

    @Test
    void aGuestThatDoesNotFitEndsTheDestinationInOneLineAndGoesOnAtTheSource() throws Exception {
        Jar.Running source = launch("source", "--ram", "8M", "--guest", "idle");
        Path migration = directory.resolve("migration");
        Jar.Running destination = launch("destination", "--ram", "16M", "--incoming", "unix:" + migration);
        try (QmpClient here = connect("source")) {
            await().atMost(START_MAX).until(() -> Files.exists(migration));
            here.run("migrate", Map.of("uri", "unix:" + migration));
            assertThat(here.statesUntil("completed", "failed")).endsWith("failed");
            assertThat(here.execute("query-migrate").get("error-desc").stringValue())
                    .contains("--ram");
            assertThat(here.runState()).isEqualTo("running");
            Jar.Ended ended = destination.await();
            assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(1);
            assertThat(ended.err().lines())
                    .as(ended.toString())
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("pc.ram");
            source.signal("INT");
        }
        assertThat(source.await().exitCode()).isZero();
        assertNothingLeft();
    }

    /** No registry of ours has a QMP client, so the public one is socat, which knows nothing of QMP. */
    @Test
    void aScriptedSessionThroughSocatIsUnderstood() throws Exception {
        assumeTrue(onPath("socat"), "there is no socat on the PATH; install it to drive a machine from a shell");
        Jar.Running machine = launch("shell", "--ram", "8M", "--guest", "idle", "-S");
        await().atMost(START_MAX).until(() -> Files.exists(socket("shell")));
        ProcessBuilder session = new ProcessBuilder("socat", "-t", "30", "-", "UNIX-CONNECT:" + socket("shell"))
                .redirectErrorStream(true);
        Process socat = session.start();
        try (var commands = socat.outputWriter()) {
            commands.write(
                    "{'execute': 'qmp_capabilities'}\n{\"execute\": \"query-status\"}{\"execute\":\n\"cont\"}\n");
            commands.write("{\"execute\": \"query-status\", \"id\": 9}\n{\"execute\": \"quit\"}\n");
        }
        List<String> lines = socat.inputReader().readAllLines();
        assertThat(lines.getFirst()).startsWith("{\"QMP\": {\"version\": {\"qemu\": {");
        assertThat(lines)
                .contains("{\"return\": {}}")
                .contains("{\"return\": {\"status\": \"prelaunch\", \"running\": false}}")
                .contains("{\"return\": {\"status\": \"running\", \"running\": true}, \"id\": 9}")
                .anyMatch(line -> line.endsWith("\"event\": \"RESUME\"}"));
        assertThat(machine.await().exitCode()).isZero();
    }

    private static boolean onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
