package org.ramtracker.sim.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ramtracker.migrate.MigrationCounter;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;

class ProgressLineTest {
    private static final long SECOND = 1_000_000_000L;

    private static MigrationStats active(long remainingBytes, long dirtyPagesPerSecond, long wireBytesPerSecond) {
        return new MigrationStats(
                MigrationStatus.ACTIVE,
                6 * SECOND,
                SECOND / 500,
                3,
                700L << 20,
                100L << 20,
                SECOND,
                SECOND / 100,
                remainingBytes,
                1L << 30,
                4096,
                180_000,
                70_000,
                20_000,
                dirtyPagesPerSecond,
                wireBytesPerSecond,
                wireBytesPerSecond,
                300_000_000L,
                wireBytesPerSecond == 0
                        ? MigrationStats.UNKNOWN_NANOS
                        : (long) ((double) remainingBytes * SECOND / wireBytesPerSecond),
                0,
                0,
                0,
                0,
                0,
                0,
                0);
    }

    @Test
    void showsPassPercentBandwidthRemainingDirtyRateDowntimeAndTimeLeft() {
        assertThat(ProgressLine.of(active(256L << 20, 6_400, 128L << 20), true))
                .isEqualTo("pass 3 | 71 % | 128.0 MiB/s | 256.0 MiB left | dirty 25.0 MiB/s"
                        + " | downtime 2.00 s / 300 ms | 3 s to go");
    }

    @Test
    void saysThatAMigrationDoesNotConvergeAndWhy() {
        MigrationStats stuck = active(512L << 20, 64_000, 128L << 20);

        assertThat(ProgressLine.isStuck(stuck)).isTrue();
        assertThat(ProgressLine.of(stuck, true)).endsWith("not converging: dirty 250.0 MiB/s >= bandwidth");
    }

    @Test
    void comparisonIsAnnouncedOnlyIfThereIsOne() {
        MigrationStats moved =
                MigrationStats.of(Map.of(MigrationCounter.STATUS, (long) MigrationStatus.COMPLETED.code()));

        assertThat(ProgressLine.of(moved, true)).isEqualTo("moved; comparing both sides, then the guest runs on there");
        assertThat(ProgressLine.of(moved, false)).isEqualTo("moved; the guest runs on there");
    }

    @Test
    void whatFitsIntoTheDowntimeLimitConvergesHoweverFastTheGuestWrites() {
        assertThat(ProgressLine.isStuck(active(30L << 20, 64_000, 128L << 20))).isFalse();
    }

    @Test
    void nothingIsPromisedBeforeABandwidthWasMeasured() {
        assertThat(ProgressLine.of(active(1L << 30, 0, 0), true))
                .contains("downtime ? / 300 ms")
                .endsWith("measuring");
    }

    @Test
    void fitsItsColumnsWhateverTheFigures() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 10_000; i++) {
            MigrationStats stats = active(
                    random.nextLong(1L << random.nextInt(1, 50)),
                    random.nextLong(1L << random.nextInt(1, 32)),
                    random.nextLong(1L << random.nextInt(1, 38)));
            assertThat(ProgressLine.of(stats, true)).hasSizeLessThanOrEqualTo(ProgressLine.COLUMNS_MAX);
        }
    }
}
