package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.forecast.Forecast.Verdict;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.ConvergenceRule;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.trace.TraceBlock;
import org.ramtracker.trace.TraceLayout;

/** Forecasts of guests whose fate can be worked out by hand. */
class ForecasterTest {
    private static final long PAGES = 1 << 18;
    private static final long PAGE_BYTES = 4096;
    private static final long EPOCH_NANOS = MadeHistory.EPOCH_NANOS;
    private static final long SECOND = 1_000_000_000L;
    private static final long LIMIT_NANOS = 300_000_000L;
    private static final long BANDWIDTH = 100_000_000L;
    private static final MigrationParameters PARAMETERS = MigrationParameters.of(0, LIMIT_NANOS);

    /** Writes to 32768 pages, 128 MiB, so evenly that each is dirty again within 2 s: 64 MiB/s. */
    private static MadeHistory busy() {
        MadeHistory history = new MadeHistory(PAGES, EPOCH_NANOS);
        long perEpoch = 32_768 / 40;
        for (int epoch = 0; epoch < 200; epoch++) {
            history.epoch(65_536 + epoch % 40 * perEpoch, perEpoch);
        }
        return history;
    }

    private static MadeHistory idle() {
        return new MadeHistory(PAGES, EPOCH_NANOS).epoch().epoch();
    }

    private static ForecastRequest request(DirtyHistory history, long bytesPerSecond) {
        return ForecastRequest.of(history, PARAMETERS, LinkModel.of(bytesPerSecond));
    }

    @Test
    void idleGuestTakesItsSizeOverTheBandwidth() {
        Forecast forecast = Forecaster.forecast(request(idle(), BANDWIDTH));

        assertThat(forecast.verdict()).isEqualTo(Verdict.CONVERGES);
        MigrationStats stats = forecast.course().stats();
        assertThat(stats.normalPages()).isEqualTo(PAGES);
        assertThat(stats.elapsedNanos() / 1e9).isCloseTo(PAGES * (PAGE_BYTES + 8.0) / BANDWIDTH, within(0.01));
        // it is stopped as soon as the rest fits; the frames of pages come on top
        assertThat(stats.downtimeNanos()).isBetween(LIMIT_NANOS * 95 / 100, LIMIT_NANOS * 101 / 100);
    }

    @Test
    void zeroPagesTravelAsNineBytes() {
        Course course = Forecaster.play(request(idle().zero(PAGES), BANDWIDTH));

        assertThat(course.stats().duplicatePages()).isEqualTo(PAGES);
        assertThat(course.stats().transferredBytes()).isBetween(9 * PAGES, 9 * PAGES + 2000);
    }

    @Test
    void zeroPageThatWasWrittenTravelsWhole() {
        MadeHistory history = new MadeHistory(PAGES, EPOCH_NANOS).zero(PAGES).epoch(0, 1000);
        for (int epoch = 0; epoch < 10; epoch++) {
            history.epoch();
        }

        Course course = Forecaster.play(request(history, BANDWIDTH).withStart(EPOCH_NANOS));

        assertThat(course.stats().normalPages()).isEqualTo(1000);
    }

    @Test
    void guestSlowerThanTheLinkConverges() {
        Forecast forecast = Forecaster.forecast(request(busy(), BANDWIDTH));

        assertThat(forecast.verdict()).isEqualTo(Verdict.CONVERGES);
        assertThat(forecast.course().stats().downtimeNanos()).isLessThan(LIMIT_NANOS + 20_000_000);
        assertThat(forecast.course().switchover().orElseThrow().breaksLimit()).isFalse();
    }

    /** QEMU's own limit, 128 MiB/s, is above what 1 Gbit/s carry. */
    @ParameterizedTest
    @ValueSource(doubles = {1.03, 1.1, 1.7, 3, 10, 100})
    void linkSlowerThanItsLimitIsMeasuredAsItIs(double timesLink) {
        for (long link : new long[] {12_500_000, 40_000_000, BANDWIDTH}) {
            ForecastRequest request = ForecastRequest.of(
                    busy(),
                    PARAMETERS.with(MigrationParameter.MAX_BANDWIDTH, Math.round(timesLink * link)),
                    LinkModel.of(link));

            MigrationStats stats = Forecaster.play(request).stats();

            assertThat(stats.wireBytesPerSecond() / (double) link).isCloseTo(1, within(0.02));
        }
    }

    @Test
    void guestFasterThanTheLinkDoesNotConvergeAndItsPagesAreNamed() {
        Forecast forecast = Forecaster.forecast(request(busy(), 40_000_000));

        assertThat(forecast.verdict()).isEqualTo(Verdict.DOES_NOT_CONVERGE);
        assertThat(forecast.course().end()).isEqualTo(Course.End.STEADY);
        assertThat(forecast.isExtrapolated()).isTrue();
        WorkingSet set = forecast.course().workingSet().orElseThrow();
        assertThat(set.pages()).isBetween(32_000L, 32_768L);
        assertThat(set.fromBytes()).isBetween(65_536 * PAGE_BYTES, 70_000 * PAGE_BYTES);
        assertThat(set.toBytes()).isBetween(95_000 * PAGE_BYTES, 98_304 * PAGE_BYTES);
    }

    @Test
    void guestAsFastAsTheLinkIsMarginalAndSaysWhatDecides() {
        Forecast forecast = Forecaster.forecast(request(busy(), 70_000_000));

        assertThat(forecast.verdict()).isEqualTo(Verdict.MARGINAL);
        assertThat(forecast.overturnedBy()).isNotEmpty();
    }

    @Test
    void throttlingSlowsTheReplayedGuestUntilItConverges() {
        ForecastRequest slow =
                request(busy(), 40_000_000).withParameters(PARAMETERS.with(MigrationParameter.AUTO_CONVERGE, true));

        Course course = Forecaster.play(slow);

        assertThat(course.converged()).isTrue();
        assertThat(course.events()).extracting(Course.Event::throttlePercent).contains(20, 30, 40);
        assertThat(course.historyNanos()).isLessThan(course.stats().elapsedNanos());
    }

    @Test
    void doublingLimitIsWaitedForAlthoughNothingIsGained() {
        ForecastRequest liguori = request(busy(), 40_000_000)
                .withParameters(PARAMETERS.with(MigrationParameter.CONVERGENCE_TIMEOUT, 120 * SECOND));

        Course course = Forecaster.play(liguori);

        assertThat(course.converged()).isTrue();
        assertThat(course.switchover().orElseThrow().rule()).isEqualTo(ConvergenceRule.CONVERGENCE_TIMEOUT);
        assertThat(course.stats().elapsedNanos()).isGreaterThan(480 * SECOND);
        assertThat(course.events().getLast().downtimeLimitNanos()).isEqualTo(16 * LIMIT_NANOS);
    }

    @Test
    void hardStopCompletesWithoutConverging() {
        ForecastRequest treutner =
                request(busy(), 40_000_000).withParameters(PARAMETERS.with(MigrationParameter.MAX_ITERATIONS, 5));

        Forecast forecast = Forecaster.forecast(treutner);

        assertThat(forecast.verdict()).isEqualTo(Verdict.DOES_NOT_CONVERGE);
        assertThat(forecast.course().end()).isEqualTo(Course.End.FORCED);
        assertThat(forecast.course().switchover().orElseThrow().breaksLimit()).isTrue();
        assertThat(forecast.course().stats().downtimeNanos()).isGreaterThan(LIMIT_NANOS);
    }

    @Test
    void deadlineCancels() {
        ForecastRequest impatient = request(busy(), 40_000_000)
                .withParameters(PARAMETERS.with(MigrationParameter.MAX_TOTAL_TIME, 60 * SECOND));

        Course course = Forecaster.play(impatient);

        assertThat(course.end()).isEqualTo(Course.End.CANCELLED);
        assertThat(course.stats().elapsedNanos()).isBetween(60 * SECOND, 61 * SECOND);
    }

    @Test
    void horizonEndsWhatNothingElseEnds() {
        Course course = Forecaster.play(request(busy(), 1_000_000).withHorizon(100 * SECOND));

        assertThat(course.end()).isEqualTo(Course.End.HORIZON);
        assertThat(course.stats().elapsedNanos()).isBetween(100 * SECOND, 101 * SECOND);
    }

    @Test
    void operatorsLimitOnTheBandwidthHoldsUntilTheGuestIsPaused() {
        ForecastRequest limited =
                request(idle(), 1_250_000_000).withParameters(MigrationParameters.of(50_000_000, LIMIT_NANOS));

        MigrationStats stats = Forecaster.play(limited).stats();

        assertThat(stats.elapsedNanos() / 1e9).isCloseTo(PAGES * 4104.0 / 50e6, within(0.5));
        assertThat(stats.downtimeNanos()).isLessThan(LIMIT_NANOS / 10);
    }

    @Test
    void costsOfTheMachineCount() {
        MachineModel machine = new MachineModel(100_000, 0, 0, 5_000_000, 0, 1_000_000, 7_000_000);

        MigrationStats stats = Forecaster.play(request(idle(), 10_000_000_000L).withMachine(machine))
                .stats();

        assertThat(stats.elapsedNanos() / 1e9).isCloseTo(PAGES * 100e-6, within(0.2));
        assertThat(stats.downtimeNanos()).isGreaterThan(13_000_000);
    }

    @Test
    void sameQuestionHasTheSameAnswer() {
        DirtyHistory history = MadeHistory.random(PAGES, 0, 30_000, 9_000, 100, EPOCH_NANOS);
        assertThat(Forecaster.play(request(history, BANDWIDTH)))
                .usingRecursiveComparison()
                .isEqualTo(Forecaster.play(request(history, BANDWIDTH)));
    }

    @Test
    void quietMomentIsTheBetterOneToBegin() {
        MadeHistory history = new MadeHistory(PAGES, EPOCH_NANOS);
        for (int epoch = 0; epoch < 400; epoch++) {
            history.epoch(epoch < 200 ? new long[] {epoch * 1000L % 200_000, 1000} : new long[0]);
        }
        long early = Forecaster.play(request(history, BANDWIDTH)).stats().transferredBytes();
        long late = Forecaster.play(request(history, BANDWIDTH).withStart(200 * EPOCH_NANOS))
                .stats()
                .transferredBytes();

        assertThat(late).isLessThan(early);
    }

    @Test
    void costsAreThoseOfTheGuestsPages() {
        TraceLayout layout = new TraceLayout(PageSize.ofBytes(65_536), List.of(new TraceBlock("ram", 0, 0, 1024)));
        MachineModel machine =
                new MachineModel(100, 50, 1000, 0, 0, 7, 9).forGuestOf(new MadeHistory(layout, SECOND).epoch());

        assertThat(machine).isEqualTo(new MachineModel(1600, 800, 16_000, 0, 0, 7, 9));
    }

    @Test
    void badQuestionsAreRefusedInOneLine() {
        assertThatThrownBy(() -> LinkModel.of(0))
                .hasMessageStartingWith("a bandwidth of zero: nothing would ever arrive");
        assertThatThrownBy(() -> request(idle(), 1).withStart(SECOND))
                .hasMessage("a start after 1000 ms, the trace is 100 ms long");
        assertThatThrownBy(() -> request(idle(), 1).withPace(0)).hasMessageStartingWith("a pace of 0.0");
        assertThatThrownBy(() -> new MachineModel(0, 0, Double.POSITIVE_INFINITY, 0, 0, 0, 0))
                .hasMessageContaining("infinite");
        assertThatThrownBy(() -> new MachineModel(-1, 0, 0, 0, 0, 0, 0))
                .hasMessage("a machine with a cost that is negative, infinite, or no number");
        assertThatThrownBy(() -> new LinkModel(1, -1, 0)).hasMessageContaining("latency of -1 ns");
        assertThatThrownBy(() -> new LinkModel(1, 0, Long.MAX_VALUE))
                .hasMessage("a link with a buffer of 9223372036854775807 bytes, more than 1 TiB");
    }
}
