package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.forecast.SampledPredictor.Prediction;

/** The published predictor against the published table. */
class SampledPredictorTest {
    private static final long[] PERIODS = {
        125, 250, 375, 500, 750, 1000, 1500, 2000, 3000, 4001, 6000, 8000, 10000, 15000, 20000, 25000, 30000, 35000,
        40000, 45000, 50000, 60000
    };
    private static final long[] DIRTY = {
        33, 78, 119, 151, 217, 236, 293, 336, 425, 505, 620, 756, 898, 1204, 1457, 1723, 1934, 2141, 2328, 2522, 2675,
        2958
    };
    private static final double GBIT = (1L << 30) / 8.0;

    static DistinctPages golden() {
        return new DistinctPages(8_392_704, 16_392, 10_060, PERIODS, DIRTY);
    }

    private static Prediction predict(int gbit, String limit) {
        long limitMillis = limit.equals("unlimited") ? SampledPredictor.UNLIMITED_MILLIS : Long.parseLong(limit);
        return new SampledPredictor(golden()).predict(gbit * GBIT, (double) limitMillis);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 5000, 101, 5",
        "2, unlimited, 50, 0",
        "5, 125, 48, 64",
        "5, 250, 46, 53",
        "5, 500, 31, 9",
        "5, 1000, 28, 3",
        "5, 5000, 25, 1",
        "5, unlimited, 20, 0",
        "10, 125, 13, 4",
        "10, 250, 12, 3",
        "10, 500, 12, 2",
        "10, 1000, 12, 2",
        "10, 5000, 12, 1",
        "10, unlimited, 10, 0",
    })
    void cellsOfTheTableAreReproduced(int gbit, String limit, long seconds, int passes) {
        Prediction prediction = predict(gbit, limit);
        assertThat(prediction.converges()).isTrue();
        assertThat(Math.ceil(prediction.totalMillis() / 1000)).isEqualTo((double) seconds);
        assertThat(prediction.passes()).isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource({"125", "250", "500", "1000"})
    void cellsThatSayNeverNeverConverge(String limit) {
        assertThat(predict(2, limit).converges()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"5, 125, 47622, 119", "5, 1000, 26111, 966", "2, 5000, 96087, 4787", "10, 250, 11784, 213"})
    void exactTimesAreReproducedToTheMillisecond(int gbit, String limit, long liveMillis, long downtimeMillis) {
        Prediction prediction = predict(gbit, limit);
        assertThat(Math.round(prediction.liveMillis())).isEqualTo(liveMillis);
        assertThat(Math.round(prediction.downtimeMillis())).isEqualTo(downtimeMillis);
    }

    @Test
    void curveFollowsItsEndSegmentsButLeavesNoRange() {
        DistinctPages curve = new DistinctPages(1000, 100, 50, new long[] {100, 200}, new long[] {4, 10});
        assertThat(curve.within(150)).isEqualTo(70);
        assertThat(curve.within(50)).isEqualTo(10);
        assertThat(curve.within(0)).isZero();
        assertThat(curve.within(300)).isEqualTo(160);
        assertThat(curve.within(1_000_000)).isEqualTo(500);
    }

    @Test
    void curveOfATraceCountsEveryPageOnce() {
        MadeHistory history = MadeHistory.sweep(1 << 16, 100, 100).zero(1000);

        DistinctPages curve = DistinctPages.of(history);

        assertThat(curve.zeroPages()).isEqualTo(1000);
        assertThat(curve.within(50)).isEqualTo(100);
        assertThat(curve.within(1000)).isEqualTo(2000);
        assertThat(curve.within(5000)).isEqualTo(10_000);
        assertThatThrownBy(() -> DistinctPages.of(MadeHistory.sweep(1 << 16, 100, 1)))
                .hasMessageStartingWith("the trace has a single epoch");
    }

    @Test
    void badInputIsRefusedInOneLine() {
        long[] twoPeriods = {1, 2};
        assertThatThrownBy(() -> new DistinctPages(10, 11, 0, twoPeriods, twoPeriods))
                .hasMessage("a sample of 11 pages of a guest of 10");
        assertThatThrownBy(() -> new DistinctPages(10, 5, 6, twoPeriods, twoPeriods))
                .hasMessage("6 zero pages in a sample of 5");
        assertThatThrownBy(() -> new DistinctPages(10, 5, 0, new long[] {1}, new long[] {1}))
                .hasMessageContaining("two of each or more");
        assertThatThrownBy(() -> new DistinctPages(10, 5, 0, new long[] {2, 2}, twoPeriods))
                .hasMessage("period 1, 2 ms, does not come after the one before");
        assertThatThrownBy(() -> new SampledPredictor(golden()).predict(0, 1))
                .hasMessage("a bandwidth of zero: nothing would ever arrive");
    }
}
