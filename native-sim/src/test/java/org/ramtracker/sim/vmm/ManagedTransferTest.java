package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Machines in one process that are told over QMP in what form pages travel. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ManagedTransferTest {
    private static final long MODERATE = 1L << 20;
    private static final long FASTER_THAN_THE_LINK = 256L << 20;
    private static final long CACHE_BYTES = 8L << 20;
    private static final int PASSES = 4;

    @TempDir
    private Path directory;

    private DrivenMachine source(long dirtyBytesPerSecond) throws Exception {
        return DrivenMachine.booted(directory, "source", dirtyBytesPerSecond);
    }

    private DrivenMachine destination() throws Exception {
        return DrivenMachine.waiting(directory, "destination");
    }

    private static void assertArrivedWhole(DrivenMachine source, DrivenMachine destination) throws Exception {
        assertThat(source.qmp.statesUntil("completed", "failed"))
                .as(source.qmp.execute("query-migrate").toString())
                .endsWith("completed");
        assertThat(destination.qmp.statesUntil("completed", "failed")).endsWith("completed");
        JsonNode check = destination.check();
        assertThat(check.get("passed").booleanValue()).as(check.toString()).isTrue();
    }

    @Test
    void pagesTravelOnCompressedChannelsIfBothMachinesAreToldSo() throws Exception {
        try (DrivenMachine source = source(MODERATE);
                DrivenMachine destination = destination()) {
            source.enable("multifd");
            source.set("multifd-channels", 2);
            source.set("multifd-compression", "zstd");
            source.set("max-bandwidth", 0);
            destination.enable("multifd");
            source.migrate(destination.listen(true));
            assertArrivedWhole(source, destination);

            JsonNode info = source.qmp.execute("query-migrate");
            JsonNode ram = info.get("ram");
            assertThat(ram.get("multifd-bytes").longValue())
                    .isGreaterThan(DrivenMachine.RAM_BYTES / 2)
                    .isLessThan(ram.get("transferred").longValue());
            assertThat(info.get("channels").size()).isEqualTo(2);
            assertThat(info.has("xbzrle-cache")).isFalse();
        }
    }

    @Test
    void pagesThatComeAgainTravelAsDifferencesIfXbzrleIsOn() throws Exception {
        try (DrivenMachine source = source(FASTER_THAN_THE_LINK);
                DrivenMachine destination = destination()) {
            source.enable("xbzrle");
            source.set("xbzrle-cache-size", CACHE_BYTES);
            source.set("max-bandwidth", 32L << 20);
            source.set("downtime-limit", 1);
            source.migrate(destination.listen(true));
            assertThat(source.qmp.eventsUntil(
                            event -> event.path("data").path("pass").asInt(0) >= PASSES))
                    .isNotEmpty();
            source.set("max-bandwidth", 0);
            source.set("downtime-limit", 2000);
            assertArrivedWhole(source, destination);

            JsonNode info = source.qmp.execute("query-migrate");
            JsonNode cache = info.get("xbzrle-cache");
            assertThat(cache.get("cache-size").longValue()).isEqualTo(CACHE_BYTES);
            assertThat(cache.get("pages").longValue()).as(cache.toString()).isPositive();
            assertThat(cache.get("cache-miss").longValue()).as(cache.toString()).isPositive();
            assertThat(info.get("ram").get("multifd-bytes").longValue()).isZero();
        }
    }

    @Test
    void theFormOfPagesIsSettledWhileAMigrationRuns() throws Exception {
        try (DrivenMachine source = source(FASTER_THAN_THE_LINK);
                DrivenMachine destination = destination()) {
            source.enable("multifd");
            destination.enable("multifd");
            source.set("max-bandwidth", 4L << 20);
            source.set("downtime-limit", 1);
            source.migrate(destination.listen(false));
            assertThat(source.qmp.statesUntil("active", "failed")).endsWith("active");
            assertThat(destination.qmp.statesUntil("active", "failed")).endsWith("active");

            assertThatThrownBy(() -> source.set("multifd-channels", 3))
                    .hasMessage("There's a migration process in progress");
            assertThatThrownBy(() -> destination.set("multifd-channels", 3))
                    .hasMessage("Multifd must be set before incoming starts");
            assertThatThrownBy(() -> destination.enable("multifd"))
                    .hasMessage("Multifd must be set before incoming starts");
            source.qmp.run("migrate_cancel");
            assertThat(source.qmp.statesUntil("cancelled", "failed")).endsWith("cancelled");
            assertThat(source.qmp.runState()).isEqualTo("running");
            source.set("multifd-channels", 3);
        }
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() throws Exception {
        String file = "file:" + directory.resolve("guest");
        try (DrivenMachine source = source(MODERATE);
                DrivenMachine destination = destination()) {
            source.enable("multifd");
            destination.enable("multifd");
            assertThatThrownBy(() -> source.enable("xbzrle")).hasMessage("Multifd is not compatible with xbzrle");
            assertThatThrownBy(() -> source.migrate(file))
                    .hasMessage("Migration requires multi-channel URIs (e.g. tcp)");
            assertThatThrownBy(() -> destination.qmp.execute("migrate-incoming", Map.of("uri", file)))
                    .hasMessage("Migration requires multi-channel URIs (e.g. tcp)");
            assertThat(source.qmp.runState()).isEqualTo("running");
        }
    }

    @Test
    void aSourceWithMoreChannelsThanAreAwaitedIsToldSoAndRunsOn() throws Exception {
        try (DrivenMachine source = source(MODERATE);
                DrivenMachine destination = destination()) {
            source.enable("multifd");
            source.set("multifd-channels", 3);
            destination.enable("multifd");
            destination.set("multifd-channels", 2);
            source.migrate(destination.listen(false));
            assertThat(source.qmp.statesUntil("completed", "failed")).endsWith("failed");

            assertThat(source.qmp.execute("query-migrate").get("error-desc").stringValue())
                    .contains("the source opens more page channels than the 2 expected here");
            assertThat(source.qmp.runState()).isEqualTo("running");
        }
    }

    @Test
    void aMachineThatEndsDoesNotWaitForChannelsThatDoNotCome() throws Exception {
        try (DrivenMachine destination = destination()) {
            destination.enable("multifd");
            Endpoint at = Endpoint.parse(destination.listen(false));
            try (SocketChannel alone = Connector.connect((Endpoint.Tcp) at)) {
                assertThat(alone.isConnected()).isTrue();
                long startNanos = System.nanoTime();
                destination.machine().close();
                assertThat(System.nanoTime() - startNanos).isLessThan(TimeUnit.SECONDS.toNanos(8));
            }
        }
    }
}
