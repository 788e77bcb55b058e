package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import org.junit.jupiter.api.Test;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;

class RegretTest {
    private static final long PAGES = 1 << 16;
    private static final long BANDWIDTH = 100_000_000L;
    private static final LinkModel LINK = new LinkModel(BANDWIDTH, LinkModel.LATENCY_NANOS, 1 << 20);
    private static final long MS = 1_000_000;
    private static final MigrationParameters PARAMETERS = MigrationParameters.of(0, 30 * MS);

    /** Writes 2000 pages an epoch, 164 MB/s, but for 3 s in the middle of 12, in which it writes 900. */
    private static MadeHistory calmInTheMiddle() {
        MadeHistory history = new MadeHistory(PAGES, MadeHistory.EPOCH_NANOS);
        for (int epoch = 0; epoch < 240; epoch++) {
            boolean calm = epoch >= 80 && epoch < 140;
            long pages = calm ? 900 : 2000;
            history.epoch(epoch * pages % 40_000, pages);
        }
        return history;
    }

    private static ForecastRequest request(MadeHistory history, MigrationParameters parameters) {
        return ForecastRequest.of(history, parameters, LINK);
    }

    @Test
    void policyThatEndsAtTheFirstFitHasNothingToRegretButTheLastDigits() {
        ForecastRequest idle = request(new MadeHistory(PAGES, MadeHistory.EPOCH_NANOS).epoch(), PARAMETERS);

        Regret regret = Regret.of(idle, Forecaster.play(idle));

        assertThat(regret.downtimeNanos()).hasValue(0);
        assertThat(regret.lostNanos()).hasValue(0);
    }

    /** The guest would be stopped before the horizon, and be at the destination after it. */
    @Test
    void bestStopHasItsWholeDowntimeAlsoIfTheHorizonComesMeanwhile() {
        ForecastRequest whole = request(calmInTheMiddle(), PARAMETERS);
        Regret known = Regret.of(whole, Forecaster.play(whole.withHorizon(20_000 * MS)));
        ForecastRequest cut = whole.withHorizon(known.bestStopNanos() + 2 * MS);

        Regret regret = Regret.of(cut, Forecaster.play(cut));

        assertThat(regret.downtimeNanos()).isEmpty();
        assertThat(regret.bestDowntimeNanos()).isGreaterThan(100 * MS);
    }

    @Test
    void hardStopThatMissedTheCalmRegretsIt() {
        ForecastRequest request = request(calmInTheMiddle(), PARAMETERS.with(MigrationParameter.MAX_ITERATIONS, 6));
        Course course = Forecaster.play(request);

        Regret regret = Regret.of(request, course);

        Course.Moment best = course.moments().stream()
                .min(Comparator.comparingLong(Course.Moment::remainingBytes))
                .orElseThrow();
        assertThat(course.end()).isEqualTo(Course.End.FORCED);
        assertThat(regret.bestStopNanos()).isEqualTo(best.elapsedNanos());
        assertThat(regret.bestDowntimeNanos() / 1e9).isLessThan(1.1 * best.remainingBytes() / BANDWIDTH + 0.02);
        assertThat(regret.downtimeNanos()).hasValue(course.stats().downtimeNanos() - regret.bestDowntimeNanos());
        assertThat(regret.downtimeNanos().orElseThrow()).isGreaterThan(100 * MS);
        assertThat(regret.lostNanos().orElseThrow()).isPositive();
    }

    @Test
    void policyThatNeverStoppedHasMissedTheBestStopAndNothingToCompareWith() {
        ForecastRequest request = request(calmInTheMiddle(), PARAMETERS);

        Regret regret = Regret.of(request, Forecaster.play(request));

        assertThat(regret.downtimeNanos()).isEmpty();
        assertThat(regret.lostNanos()).isEmpty();
        assertThat(regret.bestDowntimeNanos()).isGreaterThan(30 * MS);
    }

    @Test
    void momentsAreTheSyncsOfTheRunningGuestInOrder() {
        Course course =
                Forecaster.play(request(calmInTheMiddle(), PARAMETERS.with(MigrationParameter.MAX_ITERATIONS, 6)));

        assertThat(course.moments())
                .extracting(Course.Moment::dirtySyncCount)
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(course.moments()).isSortedAccordingTo(Comparator.comparingLong(Course.Moment::elapsedNanos));
        assertThat(course.moments().getFirst().remainingBytes()).isEqualTo(PAGES * 4096);
        // a stage and the buffer, which is as large, may be full
        long toArriveBytes = course.switchover().orElseThrow().remainingBytes();
        assertThat(course.moments().getLast().remainingBytes())
                .isBetween(toArriveBytes - 2 * LINK.bufferBytes(), toArriveBytes);
        assertThat(course.stats().dirtySyncCount()).isEqualTo(8);
    }
}
