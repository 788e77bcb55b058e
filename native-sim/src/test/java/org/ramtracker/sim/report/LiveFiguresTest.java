package org.ramtracker.sim.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ramtracker.migrate.MigrationCounter;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LiveFiguresTest {
    private static MigrationStats stats(MigrationStatus status) {
        Map<MigrationCounter, Long> figures = new HashMap<>(Map.of(
                MigrationCounter.TOTAL_TIME,
                4_200_000_000L,
                MigrationCounter.SETUP_TIME,
                200_000_000L,
                MigrationCounter.DIRTY_SYNC_COUNT,
                3L,
                MigrationCounter.TRANSFERRED,
                512L << 20,
                MigrationCounter.REMAINING,
                20L << 20,
                MigrationCounter.TOTAL,
                1L << 30,
                MigrationCounter.PAGE_SIZE,
                4096L,
                MigrationCounter.WIRE_RATE,
                128L << 20,
                MigrationCounter.EFFECTIVE_RATE,
                120L << 20,
                MigrationCounter.DIRTY_PAGES_RATE,
                2560L));
        figures.putAll(Map.of(
                MigrationCounter.STATUS, (long) status.code(),
                MigrationCounter.EXPECTED_DOWNTIME, 153_000_000L,
                MigrationCounter.DOWNTIME_LIMIT, 300_000_000L,
                MigrationCounter.DOWNTIME, 104_000_000L,
                MigrationCounter.NORMAL, 130_000L,
                MigrationCounter.DUPLICATE, 1_000L,
                MigrationCounter.THROTTLE, 30L));
        return MigrationStats.of(figures);
    }

    @Test
    void blockHasAllThatAPersonWatches() {
        assertThat(String.join("\n", LiveFigures.of(stats(MigrationStatus.ACTIVE))))
                .isEqualTo("""
                status       active, pass 3, for 4.20 s
                transferred  512.0 MiB, 0.50 times the RAM of 1.0 GiB
                remaining    20.0 MiB
                bandwidth    128.0 MiB/s while sending, 120.0 MiB/s with all that comes between
                dirty rate   10.0 MiB/s, 2560 pages/s
                downtime     expected 153 ms, limit 300 ms
                throttle     30 %
                pages        130000 normal, 1000 duplicate, of 4.0 KiB each""");
    }

    @Test
    void downtimeIsSaidOnceItIsKnown() {
        assertThat(LiveFigures.of(stats(MigrationStatus.COMPLETED)))
                .contains("downtime     104 ms, expected 153 ms, limit 300 ms");
    }

    @Test
    void noMigrationIsOneLine() {
        assertThat(LiveFigures.of(MigrationStats.of(Map.of())))
                .containsExactly("status       none: this VM was not asked to migrate yet");
    }

    @Test
    void jsonHasTheNamesAndUnitsOfQueryMigrate() {
        JsonNode json = JsonMapper.builder().build().readTree(StatsJson.live(stats(MigrationStatus.ACTIVE), 77, true));
        assertThat(json.get("status").asString()).isEqualTo("active");
        assertThat(json.get("total-time").asLong()).isEqualTo(4200);
        assertThat(json.get("expected-downtime").asLong()).isEqualTo(153);
        assertThat(json.get("cpu-throttle-percentage").asLong()).isEqualTo(30);
        assertThat(json.has("downtime")).isFalse();
        assertThat(json.get("ram").get("transferred").asLong()).isEqualTo(512L << 20);
        assertThat(json.get("ram").get("mbps").asDouble()).isEqualTo(1073.74);
        assertThat(json.get("writer").get("pid").asLong()).isEqualTo(77);
        assertThat(json.get("writer").get("alive").asBoolean()).isTrue();
    }
}
