package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ramtracker.counters.CountersFile;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.monitor.ClientServer;
import org.ramtracker.sim.monitor.qmp.QmpClient;
import org.ramtracker.sim.monitor.qmp.QmpServer;
import tools.jackson.databind.JsonNode;

/** A machine in this process with a QMP server and a client that drives it. */
final class DrivenMachine implements AutoCloseable {
    static final long RAM_BYTES = 4L << 20;

    private final CountersFile counters;
    private final ManagedMachine machine;
    private final ClientServer server;
    final QmpClient qmp;

    private DrivenMachine(Path directory, CountersFile counters, ManagedMachine machine) throws Exception {
        this.counters = counters;
        this.machine = machine;
        Path socket = directory.resolve(machine.name());
        this.server = QmpServer.start(Listener.open(new Endpoint.Unix(socket)), machine, line -> "");
        this.qmp = QmpClient.negotiated(socket);
    }

    private static CountersFile counters(Path directory, String name) throws IOException {
        return CountersFile.create(directory.resolve(name + ".counters"), ManagedMachine.COUNTERS);
    }

    private static MachineOptions options(String name, boolean running) {
        return new MachineOptions(name, running, MigrationParameters.defaults());
    }

    /** One that runs a guest which writes so many bytes a second, 0 = as many as it can. */
    static DrivenMachine booted(Path directory, String name, long dirtyBytesPerSecond) throws Exception {
        return booted(directory, name, dirtyBytesPerSecond, true);
    }

    static DrivenMachine booted(Path directory, String name, long dirtyBytesPerSecond, boolean running)
            throws Exception {
        GuestSpec guest = new GuestSpec(GuestKind.HOTSET, dirtyBytesPerSecond, FillKind.RANDOM, 5, 1);
        VmSpec spec = new VmSpec(RAM_BYTES, PageSize.KIB_4, guest);
        CountersFile counters = counters(directory, name);
        return new DrivenMachine(directory, counters, ManagedMachine.boot(options(name, running), spec, counters));
    }

    /** One that waits to be told where to listen. */
    static DrivenMachine waiting(Path directory, String name, boolean running) throws Exception {
        return waiting(directory, name, running, Optional.empty());
    }

    /** The same, with a dirty log for the guest that arrives. */
    static DrivenMachine waiting(Path directory, String name, boolean running, Optional<DirtySource> dirtySource)
            throws Exception {
        CountersFile counters = counters(directory, name);
        return new DrivenMachine(
                directory,
                counters,
                ManagedMachine.awaitGuest(options(name, running), OptionalLong.empty(), dirtySource, counters));
    }

    static DrivenMachine waiting(Path directory, String name) throws Exception {
        return waiting(directory, name, true);
    }

    ManagedMachine machine() {
        return machine;
    }

    /** Lets it listen and says where. */
    String listen(boolean exitOnError) throws Exception {
        qmp.run("migrate-incoming", Map.of("uri", "tcp:127.0.0.1:0", "exit-on-error", exitOnError));
        JsonNode address = qmp.execute("query-migrate").get("socket-address").get(0);
        return "tcp:%s:%s"
                .formatted(
                        address.get("host").stringValue(), address.get("port").stringValue());
    }

    void migrate(String uri) throws Exception {
        qmp.run("migrate", Map.of("uri", uri));
    }

    void set(String parameter, Object value) throws Exception {
        qmp.run("migrate-set-parameters", Map.of(parameter, value));
    }

    void enable(String capability) throws Exception {
        qmp.run(
                "migrate-set-capabilities",
                Map.of("capabilities", List.of(Map.of("capability", capability, "state", true))));
    }

    /** Lets the guest check itself. */
    JsonNode check() throws Exception {
        return qmp.execute("x-check-guest");
    }

    /** How many steps the guest has made. */
    long steps() {
        return machine.simulated().guest().stats().steps();
    }

    @Override
    public void close() throws Exception {
        machine.close();
        server.close();
        qmp.close();
        counters.close();
    }

    /** Fails unless nothing is left behind where the machines were. */
    static void assertNoSockets(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            List<Path> left =
                    files.filter(file -> !file.toString().endsWith(".counters")).toList();
            if (!left.isEmpty()) {
                throw new AssertionError("left behind: " + left);
            }
        }
    }
}
