package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ramtracker.migrate.MigrationParameters;

/** Questions the other way round, whose answers the forward question confirms. */
class WhatIfTest {
    private static final long PAGES = 1 << 15;
    private static final long SECOND = 1_000_000_000L;
    private static final long LIMIT_NANOS = 300_000_000L;

    /** 4096 pages, 16 MiB, dirty again within a second. */
    private static MadeHistory busy() {
        MadeHistory history = new MadeHistory(PAGES, MadeHistory.EPOCH_NANOS);
        for (int epoch = 0; epoch < 100; epoch++) {
            history.epoch(8192 + epoch % 20 * 204L, 204);
        }
        return history;
    }

    private static ForecastRequest request(long bytesPerSecond) {
        return ForecastRequest.of(
                busy(), MigrationParameters.of(bytesPerSecond, LIMIT_NANOS), LinkModel.of(bytesPerSecond));
    }

    @Test
    void leastBandwidthIsTheOneThatDecides() {
        WhatIf.Least least =
                WhatIf.leastBandwidth(request(1_000_000), Course::converged).orElseThrow();

        assertThat(least.course().converged()).isTrue();
        assertThat(least.monotone()).isTrue();
        assertThat(Forecaster.play(request(least.value())).converged()).isTrue();
        assertThat(Forecaster.play(request(least.value() * 95 / 100)).converged())
                .isFalse();
        assertThat(least.value()).isBetween(12_000_000L, 22_000_000L);
    }

    @Test
    void leastDowntimeLimitIsTheTimeThatTheWorkingSetTakes() {
        WhatIf.Least least =
                WhatIf.leastDowntimeLimit(request(4_000_000), Course::converged).orElseThrow();

        double workingSetNanos = 4080 * 4104 / 4e6 * SECOND;
        assertThat((double) least.value()).isBetween(0.9 * workingSetNanos, 1.1 * workingSetNanos);
    }

    @Test
    void leastThrottleSlowsTheGuestBelowTheLink() {
        WhatIf.Least least =
                WhatIf.leastThrottle(request(8_000_000), Course::converged).orElseThrow();

        assertThat(least.value()).isBetween(30L, 70L);
        assertThat(WhatIf.leastThrottle(request(100_000_000), Course::converged)
                        .orElseThrow()
                        .value())
                .isZero();
    }

    @Test
    void whatCannotBeHadIsSaidToBeMissing() {
        Optional<WhatIf.Least> least = WhatIf.leastThrottle(request(8_000_000), course -> false);

        assertThat(least).isEmpty();
    }

    @Test
    void settingsThatEndInTimeAreFoundAndOnlyThose() {
        assertThat(WhatIf.within(request(100_000_000), 10 * SECOND, 500_000_000L))
                .isNotEmpty()
                .allSatisfy(setting -> {
                    assertThat(setting.course().stats().elapsedNanos()).isLessThanOrEqualTo(10 * SECOND);
                    assertThat(setting.course().stats().downtimeNanos()).isLessThanOrEqualTo(500_000_000L);
                })
                .extracting(setting -> setting.preset().name())
                .contains("qemu");
        assertThat(WhatIf.within(request(1_000_000), 10 * SECOND, 500_000_000L)).isEmpty();
    }

    @Test
    void bestMomentIsTheQuietOne() {
        MadeHistory history = new MadeHistory(PAGES, MadeHistory.EPOCH_NANOS);
        for (int epoch = 0; epoch < 400; epoch++) {
            history.epoch(epoch >= 160 && epoch < 300 ? new long[0] : new long[] {epoch * 90L % 20_000, 1500});
        }
        ForecastRequest request =
                ForecastRequest.of(history, MigrationParameters.of(0, LIMIT_NANOS), LinkModel.of(40_000_000));

        WhatIf.Start best = WhatIf.bestStart(request);

        assertThat(best.startNanos()).isBetween(7 * SECOND, 12 * SECOND);
        assertThat(best.course().converged()).isTrue();
    }
}
