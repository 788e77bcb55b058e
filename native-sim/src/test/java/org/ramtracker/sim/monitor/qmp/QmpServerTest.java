package org.ramtracker.sim.monitor.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.live.ChannelStatistics;
import org.ramtracker.live.XbzrleStatistics;
import org.ramtracker.migrate.MigrationCounter;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.ClientServer;
import org.ramtracker.sim.monitor.ClientSource;
import org.ramtracker.sim.monitor.MigrationInfo;
import org.ramtracker.sim.monitor.TransferReport;
import org.ramtracker.sim.monitor.VmEvent;
import tools.jackson.databind.JsonNode;

/** The protocol, over real sockets and a machine without a guest. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class QmpServerTest {
    private static final VmEvent EVENT = new VmEvent.Resume(Instant.EPOCH);

    @TempDir
    private Path directory;

    private final FakeVm vm = new FakeVm();
    private Path socket;
    private ClientServer server;

    @BeforeEach
    void serve() throws IOException {
        socket = directory.resolve("qmp");
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        server = QmpServer.start(
                new ClientSource() {
                    @Override
                    public SocketChannel accept() throws IOException {
                        return listening.accept();
                    }

                    @Override
                    public void close() throws IOException {
                        listening.close();
                    }
                },
                vm,
                line -> "you said " + line + "\n");
    }

    @AfterEach
    void end() throws IOException {
        server.close();
    }

    private QmpClient client() throws Exception {
        return QmpClient.negotiated(socket);
    }

    private static String error(JsonNode reply) {
        return reply.get("error").get("class").stringValue() + ": "
                + reply.get("error").get("desc").stringValue();
    }

    @Test
    void theGreetingShowsAVersionAndNoCapability() throws Exception {
        try (QmpClient client = QmpClient.connect(socket)) {
            JsonNode qmp = client.reply().get("QMP");
            assertThat(qmp.get("version").get("qemu").propertyNames())
                    .containsExactlyInAnyOrder("major", "minor", "micro");
            assertThat(qmp.get("version").get("package").stringValue()).startsWith("ramtracker ");
            assertThat(qmp.get("capabilities").isEmpty()).isTrue();
        }
    }

    @Test
    void nothingIsDoneBeforeTheNegotiationAndItIsDoneOnce() throws Exception {
        try (QmpClient client = QmpClient.connect(socket)) {
            JsonNode ignored = client.reply();
            assertThatThrownBy(() -> client.execute("stop"))
                    .hasMessage("Expecting capabilities negotiation with 'qmp_capabilities'")
                    .hasFieldOrPropertyWithValue("errorClass", "CommandNotFound");
            assertThatThrownBy(() -> client.execute("qmp_capabilities", Map.of("enable", List.of("oob"))))
                    .hasMessageContaining("oob");
            JsonNode agreed = client.execute("qmp_capabilities");
            assertThat(agreed.isEmpty()).isTrue();
            assertThatThrownBy(() -> client.execute("qmp_capabilities"))
                    .hasMessage("Capabilities negotiation is already complete, command ignored");
        }
        assertThat(vm.calls).isEmpty();
    }

    @Test
    void anIdOfAnyKindComesBackWithSuccessAndFailure() throws Exception {
        try (QmpClient client = client()) {
            client.send("{'execute': 'query-name', 'id': {'a': [1, null]}} {\"execute\": \"nope\", \"id\": 0}"
                    + " {\"id\": \"x\", \"execute\": 5} {\"execute\": \"query-name\"}");
            assertThat(client.reply()).hasToString("{\"return\":{\"name\":\"fake\"},\"id\":{\"a\":[1,null]}}");
            assertThat(client.reply().get("id").intValue()).isZero();
            assertThat(client.reply().get("id").stringValue()).isEqualTo("x");
            assertThat(client.reply().has("id")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"execute\": \"nope\"}                                | CommandNotFound: The command nope has not been found",
                "[]                                                 | GenericError: QMP input must be a JSON object",
                "17                                                 | GenericError: QMP input must be a JSON object",
                "{}                                                 | GenericError: QMP input lacks member 'execute'",
                "{\"execute\": 1}                                     | GenericError: QMP input member 'execute' must be a string",
                "{\"execute\": \"stop\", \"arguments\": []}               | GenericError: QMP input member 'arguments' must be an object",
                "{\"execute\": \"stop\", \"more\": 1}                     | GenericError: QMP input member 'more' is unexpected",
                "{\"execute\": \"stop\", \"arguments\": {\"x\": 1}}         | GenericError: Parameter 'x' is unexpected",
                "{\"execute\": \"migrate\"}                             | GenericError: Parameter 'uri' is missing",
                "{\"execute\": \"migrate\", \"arguments\": {\"uri\": 1}}    | GenericError: Invalid parameter type for 'uri', expected: string",
                "{\"execute\": \"cont\"}                                | GenericError: no",
                "{\"execute\": \"x-check-guest\"}                       | GenericError: internal error: java.lang.IllegalStateException: a fault",
                "{\"execute\": \"migrate-continue\", \"arguments\": {\"state\": \"x\"}} | GenericError: Parameter 'state' does not accept value 'x'",
            })
    void whatIsWrongIsSaidInQemusWords(String request, String expected) throws Exception {
        try (QmpClient client = client()) {
            client.send(request + "\n");
            assertThat(error(client.reply())).isEqualTo(expected);
        }
        assertThat(vm.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "downtime-limit       | 2000001 | expects an integer in the range of 0 to 2000000 milliseconds",
                "downtime-limit       | -1      | expects an integer in the range of 0 to 2000000 milliseconds",
                "max-bandwidth        | -1      | expects an integer in the range of 0 to 9223372036854775807 bytes/second",
                "cpu-throttle-initial | 0       | expects an integer in the range of 1 to 99 percent",
                "cpu-throttle-initial | 100     | expects an integer in the range of 1 to 99 percent",
                "max-iterations       | -1      | expects an integer in the range of 0 to 2147483647 passes",
                "multifd-channels     | 0       | expects a value between 1 and 255",
                "multifd-channels     | 256     | expects a value between 1 and 255",
                "multifd-zlib-level   | 10      | expects a value between 0 and 9",
                "multifd-zstd-level   | 21      | expects a value between 0 and 20",
                "xbzrle-cache-size    | 2048    | expects a power of two no less than the target page size",
                "xbzrle-cache-size    | 5000    | expects a power of two no less than the target page size",
            })
    void aValueOutOfRangeIsRefusedWithTheRange(String parameter, long value, String expected) throws Exception {
        try (QmpClient client = client()) {
            assertThatThrownBy(() -> client.execute("migrate-set-parameters", Map.of(parameter, value)))
                    .hasMessage("Parameter '" + parameter + "' " + expected);
        }
        assertThat(vm.parameters()).isEqualTo(MigrationParameters.defaults());
    }

    @ParameterizedTest
    @CsvSource({
        "downtime-limit, 1.5, integer",
        "downtime-limit, true, integer",
        "cpu-throttle-tailslow, 1, boolean",
        "max-total-time-action, 1, string",
        "max-bandwidth, 1e99, integer",
        "multifd-channels, true, integer",
        "multifd-compression, 2, string",
    })
    void aValueOfAnotherTypeIsRefusedWithTheType(String parameter, String json, String expected) throws Exception {
        try (QmpClient client = client()) {
            client.send("{\"execute\": \"migrate-set-parameters\", \"arguments\": {\"%s\": %s}}"
                    .formatted(parameter, json));
            assertThat(error(client.reply()))
                    .isEqualTo("GenericError: Invalid parameter type for '%s', expected: %s"
                            .formatted(parameter, expected));
        }
    }

    @Test
    void whatIsSetIsShownInTheSameUnit() throws Exception {
        try (QmpClient client = client()) {
            client.run(
                    "migrate-set-parameters",
                    Map.of("downtime-limit", 30, "convergence-timeout", 1000, "max-total-time-action", "switch-over"));
            JsonNode shown = client.execute("query-migrate-parameters");
            assertThat(shown.get("downtime-limit").intValue()).isEqualTo(30);
            assertThat(shown.get("convergence-timeout").intValue()).isEqualTo(1000);
            assertThat(shown.get("max-total-time-action").stringValue()).isEqualTo("switch-over");
            assertThat(shown.get("cpu-throttle-tailslow").booleanValue()).isFalse();
            assertThat(vm.parameters().get(MigrationParameter.DOWNTIME_LIMIT)).isEqualTo(30_000_000);
        }
    }

    @Test
    void theFormOfPagesIsSetAndShownWithQemusNames() throws Exception {
        try (QmpClient client = client()) {
            client.run(
                    "migrate-set-parameters",
                    Map.of("multifd-channels", 255, "multifd-compression", "zstd", "multifd-zstd-level", 20));
            client.run("migrate-set-parameters", Map.of("xbzrle-cache-size", 4096));
            JsonNode shown = client.execute("query-migrate-parameters");
            assertThat(shown.get("multifd-channels").intValue()).isEqualTo(255);
            assertThat(shown.get("multifd-compression").stringValue()).isEqualTo("zstd");
            assertThat(shown.get("multifd-zlib-level").intValue()).isEqualTo(1);
            assertThat(shown.get("multifd-zstd-level").intValue()).isEqualTo(20);
            assertThat(shown.get("xbzrle-cache-size").intValue()).isEqualTo(4096);
            assertThatThrownBy(() -> client.execute("migrate-set-parameters", Map.of("multifd-compression", "lz4")))
                    .hasMessage("Parameter 'multifd-compression' does not accept value 'lz4'");
        }
    }

    @Test
    void whatChannelsAndDeltasDidIsShownWithQemusNames() throws Exception {
        MigrationStats stats = MigrationStats.of(
                Map.of(MigrationCounter.STATUS, (long) MigrationStatus.ACTIVE.code(), MigrationCounter.TOTAL, 5L));
        vm.migration = new MigrationInfo(
                MigrationInfo.Direction.OUTGOING,
                MigrationStatus.CANCELLING,
                Optional.of(stats),
                new TransferReport(
                        Optional.of(new XbzrleStatistics(64 << 20, 40_960, 100, 300, 7, 4096, 8, 9_000_000, 1)),
                        List.of(
                                new ChannelStatistics(70, 1, 2, 3, 4, 5_000_000, 6),
                                new ChannelStatistics(30, 0, 0, 0, 0, 0, 0))),
                Optional.empty(),
                Optional.empty());
        try (QmpClient client = client()) {
            JsonNode shown = client.execute("query-migrate");
            assertThat(shown.get("status").stringValue()).isEqualTo("cancelling");
            assertThat(shown.get("ram").get("multifd-bytes").longValue()).isEqualTo(100);
            assertThat(shown.get("xbzrle-cache"))
                    .hasToString("{\"cache-size\":67108864,\"bytes\":40960,\"pages\":100,\"cache-miss\":300,"
                            + "\"cache-miss-rate\":0.75,\"encoding-rate\":10.0,\"overflow\":7,"
                            + "\"saved-bytes\":8,\"time\":9,\"times-off\":1}");
            assertThat(shown.get("channels").size()).isEqualTo(2);
        }
    }

    @Test
    void oneWrongValueChangesNone() throws Exception {
        try (QmpClient client = client()) {
            assertThatThrownBy(() -> client.execute(
                            "migrate-set-parameters", Map.of("downtime-limit", 1, "max-cpu-throttle", 5)))
                    .hasMessageContaining("max-cpu-throttle");
            assertThatThrownBy(() -> client.execute(
                            "migrate-set-parameters", Map.of("downtime-limit", 1, "multifd-channels", 0)))
                    .hasMessageContaining("multifd-channels");
            assertThatThrownBy(() -> client.execute(
                            "migrate-set-parameters", Map.of("multifd-channels", 3, "max-cpu-throttle", 5)))
                    .hasMessageContaining("max-cpu-throttle");
            assertThat(client.execute("query-migrate-parameters")
                            .get("multifd-channels")
                            .intValue())
                    .isEqualTo(2);
            assertThat(client.execute("query-migrate-parameters")
                            .get("downtime-limit")
                            .intValue())
                    .isEqualTo(300);
        }
    }

    @Test
    void capabilitiesAreSwitchedByName() throws Exception {
        try (QmpClient client = client()) {
            client.run(
                    "migrate-set-capabilities",
                    Map.of("capabilities", List.of(Map.of("capability", "auto-converge", "state", true))));
            assertThat(client.execute("query-migrate-capabilities"))
                    .contains(QmpJson.object().put("state", true).put("capability", "auto-converge"));
            assertThatThrownBy(() -> client.execute(
                            "migrate-set-capabilities",
                            Map.of("capabilities", List.of(Map.of("capability", "x", "state", true)))))
                    .hasMessage("Parameter 'capabilities[0].capability' does not accept value 'x'");
            assertThatThrownBy(() -> client.execute(
                            "migrate-set-capabilities",
                            Map.of("capabilities", List.of(Map.of("capability", "events")))))
                    .hasMessage("Parameter 'capabilities[0].state' is missing");
        }
    }

    @Test
    void everyListedCommandIsThere() throws Exception {
        try (QmpClient client = client()) {
            JsonNode commands = client.execute("query-commands");
            assertThat(commands.size()).isGreaterThanOrEqualTo(20);
            for (JsonNode command : commands) {
                client.send("{\"execute\": %s, \"arguments\": {\"no-such\": 1}}".formatted(command.get("name")));
                assertThat(error(client.reply())).as(command.toString()).doesNotContain("has not been found");
            }
        }
    }

    @Test
    void aMachineThatListensSaysWhere() throws Exception {
        vm.migration = vm.incoming("tcp:[::1]:4444");
        try (QmpClient client = client()) {
            assertThat(client.execute("query-migrate"))
                    .hasToString("{\"status\":\"setup\",\"socket-address\":"
                            + "[{\"type\":\"inet\",\"host\":\"::1\",\"port\":\"4444\"}]}");
        }
    }

    @Test
    void theHumanMonitorAnswersInAString() throws Exception {
        try (QmpClient client = client()) {
            assertThat(client.execute("human-monitor-command", Map.of("command-line", "info status"))
                            .stringValue())
                    .isEqualTo("you said info status\n");
        }
    }

    @Test
    void eventsGoToEveryClientThatHasNegotiatedAndCarryTheTime() throws Exception {
        try (QmpClient first = client();
                QmpClient second = client();
                QmpClient shy = QmpClient.connect(socket)) {
            assertThat(shy.reply().has("QMP")).isTrue();
            first.run("stop");
            String event = "{\"timestamp\":{\"seconds\":7,\"microseconds\":123456},\"event\":\"STOP\"}";
            assertThat(first.eventsUntil(any -> true)).first().hasToString(event);
            assertThat(second.eventsUntil(any -> true)).first().hasToString(event);
            shy.run("qmp_capabilities");
            vm.tell(EVENT);
            assertThat(shy.eventsUntil(any -> true).getFirst().get("event").stringValue())
                    .isEqualTo("RESUME");
        }
    }

    @Test
    void whoAsksForTheEndGetsTheAnswerFirst() throws Exception {
        try (QmpClient client = client()) {
            client.send("{\"execute\": \"quit\"}");
            assertThat(client.reply()).hasToString("{\"return\":{}}");
            server.close();
            assertThat(client.eventsUntil(any -> true).getFirst())
                    .hasToString("{\"timestamp\":{\"seconds\":0,\"microseconds\":0},\"event\":\"SHUTDOWN\","
                            + "\"data\":{\"guest\":false,\"reason\":\"host-qmp-quit\"}}");
            assertThat(client.isDisconnected()).isTrue();
        }
    }

    @Test
    void garbageGetsAParseErrorAndTheConnectionGoesOn() throws Exception {
        try (QmpClient client = client()) {
            client.send("{\"execute\": nonsense}\n");
            assertThat(error(client.reply())).startsWith("GenericError: JSON parse error, ");
            client.send("{\"a\": 1, \"a\": 2}\n\u0000\u0001 \n");
            assertThat(error(client.reply())).startsWith("GenericError: JSON parse error, ");
            assertThat(error(client.reply())).startsWith("GenericError: JSON parse error, ");
            assertThat(client.execute("query-name").get("name").stringValue()).isEqualTo("fake");
        }
    }

    @Test
    void aLineWithoutEndCostsTheClientItsOwnConnectionOnly() throws Exception {
        try (QmpClient client = client();
                QmpClient other = client()) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 64; i++) {
                            client.send("\"".repeat(i == 0 ? 1 : 0) + "x".repeat(1 << 16));
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(error(client.reply())).contains("token size limit exceeded");
            assertThat(client.isDisconnected()).isTrue();
            assertThat(other.runState()).isEqualTo("running");
        }
    }

    @Test
    void whoNeverReadsIsDisconnectedAndNobodyWaitsForHim() throws Exception {
        try (SocketChannel deaf = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                QmpClient other = client()) {
            int count = deaf.write(StandardCharsets.UTF_8.encode("{'execute': 'qmp_capabilities'}"));
            assertThat(count).isPositive();
            for (int i = 0; i < 30_000; i++) {
                vm.tell(EVENT);
                if (i % 500 == 0) {
                    assertThat(other.runState()).isEqualTo("running");
                }
            }
            assertThat(readToEnd(deaf)).isLessThan(QmpSession.OUTPUT_BYTES_MAX * 2);
        }
    }

    private static long readToEnd(SocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        long total = 0;
        for (int count = channel.read(bytes); count >= 0; count = channel.read(bytes)) {
            total += count;
            bytes.clear();
        }
        return total;
    }

    @Test
    void moreClientsThanThereMayBeAreTurnedAway() throws Exception {
        List<QmpClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < ClientServer.CLIENTS_MAX; i++) {
                clients.add(client());
            }
            try (QmpClient tooMany = QmpClient.connect(socket)) {
                assertThat(tooMany.isDisconnected()).isTrue();
            }
            assertThat(clients.getFirst().runState()).isEqualTo("running");
        } finally {
            for (QmpClient client : clients) {
                client.close();
            }
        }
    }
}
