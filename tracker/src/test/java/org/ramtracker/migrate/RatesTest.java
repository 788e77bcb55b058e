package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rates against arbitrary precision; the estimator and the limiter against hand-made windows. */
class RatesTest {
    private static final long MS = 1_000_000;
    private static final RateLimiter UNLIMITED = new RateLimiter(0, 0);
    private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000);

    @Test
    void ratesAndTimesAreExactForAmountsUpToPebibytes() {
        long seed = 20_110_905;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            long amount = random.nextLong(1L << random.nextInt(1, 51));
            long divisor = 1 + random.nextLong(1L << random.nextInt(1, 44));
            BigInteger[] exact = BigInteger.valueOf(amount)
                    .multiply(NANOS_PER_SECOND)
                    .divideAndRemainder(BigInteger.valueOf(divisor));
            if (exact[0].bitLength() < 62) {
                long rounded = exact[0].longValueExact();
                assertThat(Rates.perSecond(amount, divisor))
                        .as("seed %d, run %d", seed, i)
                        .isEqualTo(rounded);
                assertThat(Rates.nanosFor(amount, divisor))
                        .as("seed %d, run %d", seed, i)
                        .isEqualTo(rounded + exact[1].signum());
            }
        }
    }

    @Test
    void linkThatStandsStillTakesForeverUnlessNothingRemains() {
        assertThat(Rates.nanosFor(1, 0)).isEqualTo(MigrationStats.UNKNOWN_NANOS);
        assertThat(Rates.nanosFor(0, 0)).isZero();
    }

    @Test
    void linkFasterThanAnyTakesNextToNoTimeAndNeverLess() {
        long pebibyte = 1L << 50;
        assertThat(Rates.nanosFor(pebibyte, Long.MAX_VALUE)).isEqualTo(122_070_313);
        assertThat(Rates.nanosFor(1, Long.MAX_VALUE)).isEqualTo(1);
    }

    @Test
    void windowWithLittleTimeOnTheWireKeepsTheEarlierEstimateAndItsEvidence() {
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        assertThat(estimator.update(100 * MS - 1, UNLIMITED, 1000, 1000, 0, false))
                .isFalse();
        assertThat(estimator.update(100 * MS, UNLIMITED, 1000, 1000, 0, false)).isTrue();
        assertThat(estimator.wireBytesPerSecond()).isEqualTo(10_000);

        estimator.addOffWire(96 * MS); // 4 ms on the wire
        estimator.update(200 * MS, UNLIMITED, 1080, 1080, 0, false);
        assertThat(estimator.wireBytesPerSecond()).isEqualTo(10_000);
        assertThat(estimator.effectiveBytesPerSecond()).isEqualTo(800);

        estimator.addOffWire(94 * MS);
        estimator.update(300 * MS, UNLIMITED, 1130, 1130, 0, false); // 6 ms more: 130 bytes in 10 ms
        estimator.update(400 * MS, UNLIMITED, 2530, 2530, 0, false);
        assertThat(estimator.wireBytesPerSecond()).isEqualTo(13_000);
    }

    @Test
    void oneWindowAtItsBestDoesNotDecideAndOneAtItsWorstDoesNotStay() {
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        assertThat(rateAfterAWindow(estimator, 1000, 1000)).isEqualTo(10_000);
        assertThat(rateAfterAWindow(estimator, 2000, 2000)).isEqualTo(10_000);
        assertThat(rateAfterAWindow(estimator, 1100, 1100)).isEqualTo(11_000);
        assertThat(rateAfterAWindow(estimator, 500, 500)).isEqualTo(5_000);
        assertThat(rateAfterAWindow(estimator, 1000, 1000)).isEqualTo(5_000);
        assertThat(rateAfterAWindow(estimator, 1000, 1000)).isEqualTo(10_000);
    }

    private long windows;
    private long wireBytes;
    private long guestBytes;

    /** The rate after one more window of 100 ms, in which so much was sent of so much guest memory. */
    private long rateAfterAWindow(BandwidthEstimator estimator, long sentBytes, long takenBytes) {
        windows++;
        wireBytes += sentBytes;
        guestBytes += takenBytes;
        estimator.update(windows * 100 * MS, UNLIMITED, wireBytes, guestBytes, 0, false);
        return estimator.wireBytesPerSecond();
    }

    @Test
    void lookingAtPagesThatTravelCountsBecauseTheRestIsLookedAtAsWell() {
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        estimator.update(100 * MS, UNLIMITED, 40_960_000, 40_960_000, 60 * MS, false);
        assertThat(estimator.wireBytesPerSecond()).isEqualTo(409_600_000);

        // 5000 pages sent and 5000 saved: 10 us a page on the wire, 5 us for looking at one.
        estimator = new BandwidthEstimator(0, 0, 0, 0);
        estimator.update(100 * MS, UNLIMITED, 20_480_000, 40_960_000, 50 * MS, false);
        assertThat(estimator.wireBytesPerSecond()).isEqualTo(4096 * 1_000_000_000L / 15_000);
    }

    @Test
    void windowThatCarriedMuchEndsSoonerUnlessThereIsALimit() {
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        long much = BandwidthEstimator.WINDOW_BYTES;
        assertThat(estimator.isOver(19 * MS, UNLIMITED, much)).isFalse();
        assertThat(estimator.isOver(20 * MS, UNLIMITED, much - 1)).isFalse();
        assertThat(estimator.isOver(20 * MS, UNLIMITED, much)).isTrue();
        assertThat(estimator.isOver(100 * MS, UNLIMITED, 0)).isTrue();
        RateLimiter limiter = new RateLimiter(10 * much, 0);
        assertThat(estimator.isOver(20 * MS, limiter, much)).isFalse();

        assertThat(estimator.update(20 * MS, UNLIMITED, much, much, 0, false)).isTrue();
        assertThat(estimator.isOver(40 * MS, UNLIMITED, much))
                .as("counted from its beginning")
                .isFalse();
    }

    @Test
    void windowOfEmptyPagesDoesNotLookLikeASlowLink() {
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        estimator.update(100 * MS, UNLIMITED, 40_960_000, 40_960_000, 0, false);
        estimator.update(200 * MS, UNLIMITED, 40_960_000 + 90_000, 81_920_000, 50 * MS, false);
        assertThat(estimator.wireBytesPerSecond()).isEqualTo(409_600_000);
    }

    @Test
    void firstWindowWithoutAProcessorDoesNotStayWhereLaterOnesAreCompressedWell() {
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        assertThat(rateAfterAWindow(estimator, 22, 22)).isEqualTo(220);
        assertThat(rateAfterAWindow(estimator, 130_000, 1_999_978)).isEqualTo(1_300_000);
        assertThat(rateAfterAWindow(estimator, 120_000, 120_000)).isEqualTo(1_200_000);
    }

    @Test
    void stalledLinkIsSeenAsSuch() {
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        estimator.update(100 * MS, UNLIMITED, 1000, 1000, 0, false);
        estimator.update(200 * MS, UNLIMITED, 1000, 1000, 0, false);
        assertThat(estimator.wireBytesPerSecond()).isZero();
    }

    @Test
    void oneGoodWindowAfterAStallDoesNotDecideAlone() {
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        assertThat(rateAfterAWindow(estimator, 1000, 1000)).isEqualTo(10_000);
        assertThat(rateAfterAWindow(estimator, 0, 0)).isZero();
        assertThat(rateAfterAWindow(estimator, 1000, 1000)).isZero();
        assertThat(rateAfterAWindow(estimator, 1000, 1000)).isEqualTo(10_000);
    }

    @Test
    void emptyPagesAfterAStallDoNotLookLikeASlowLink() {
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        assertThat(rateAfterAWindow(estimator, 40_000_000, 40_000_000)).isEqualTo(400_000_000);
        assertThat(rateAfterAWindow(estimator, 0, 0)).isZero();
        assertThat(rateAfterAWindow(estimator, 40_000_000, 40_000_000)).isZero();
        assertThat(rateAfterAWindow(estimator, 90_000, 40_000_000)).isEqualTo(900_000); // so much it carried, at least
        assertThat(rateAfterAWindow(estimator, 40_000_000, 40_000_000)).isEqualTo(400_000_000);
    }

    @Test
    void windowsBeforeAnythingWasCarriedSayNothing() {
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        assertThat(rateAfterAWindow(estimator, 0, 4_000_000)).isZero(); // buffers are full
        assertThat(rateAfterAWindow(estimator, 40_000_000, 40_000_000)).isEqualTo(400_000_000);
        assertThat(rateAfterAWindow(estimator, 90_000, 40_000_000)).isEqualTo(400_000_000);
        assertThat(rateAfterAWindow(estimator, 40_000_000, 40_000_000)).isEqualTo(400_000_000);
    }

    @Test
    void measurementEndsWithAWindowOfTheLimitAlsoIfTheOneBeforeEndedLate() {
        RateLimiter limiter = new RateLimiter(10_000, 0); // 1000 bytes a window, at once
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        limiter.charge(1000);
        assertThat(estimator.update(101 * MS, limiter, 1000, 1000, 0, false)).isFalse();
        limiter.advanceTo(102 * MS);
        assertThat(estimator.update(102 * MS, limiter, 1000, 1000, 0, false)).isTrue();
        limiter.charge(1000);

        assertThat(estimator.update(104 * MS, limiter, 2000, 2000, 0, false)).isFalse();
        limiter.advanceTo(200 * MS);
        assertThat(estimator.update(200 * MS, limiter, 2000, 2000, 0, false)).isTrue();
        assertThat(estimator.wireBytesPerSecond()).isEqualTo(10_000); // not the 10,204 of 98 ms
        limiter.charge(1000);
        assertThat(estimator.update(310 * MS, limiter, 3000, 3000, 0, false)).isFalse();
    }

    @Test
    void linkSlowerThanItsLimitIsNotIdleWhileTheSinkTakesNothing() {
        BandwidthEstimator idle = new BandwidthEstimator(0, 0, 0, 0);
        BandwidthEstimator busy = new BandwidthEstimator(0, 0, 0, 0);
        RateLimiter limiter = new RateLimiter(100_000, 0); // ten times what the link carries
        limiter.charge(1500);
        limiter.advanceTo(150 * MS);
        idle.update(150 * MS, limiter, 1500, 1500, 0, false);
        busy.update(150 * MS, limiter, 1500, 1500, 0, true);
        assertThat(idle.wireBytesPerSecond()).isEqualTo(15_000); // all of it had arrived after 100 ms
        assertThat(busy.wireBytesPerSecond()).isEqualTo(10_000);
    }

    @Test
    void lookingAtPagesDoesNotMakeALinkFasterThanItsLimit() {
        RateLimiter limiter = new RateLimiter(10_000, 0);
        BandwidthEstimator estimator = new BandwidthEstimator(0, 0, 0, 0);
        limiter.advanceTo(100 * MS);
        estimator.update(100 * MS, limiter, 1000, 4000, 60 * MS, false);
        assertThat(estimator.wireBytesPerSecond()).isEqualTo(10_000);

        limiter.limit(20_000);
        estimator = new BandwidthEstimator(100 * MS, 1000, 4000, 60 * MS);
        limiter.advanceTo(200 * MS);
        estimator.update(
                200 * MS, limiter, 2000, 8000, 120 * MS,
                false); // three quarters of the looking saved the bytes: 55 ms are left
        assertThat(estimator.wireBytesPerSecond()).isEqualTo(1000 * 1000 / 55);
    }

    @Test
    void pageLargerThanAWindowsBudgetIsPaidForByTheWindowsThatFollow() {
        RateLimiter limiter = new RateLimiter(10_000, 0); // 1000 bytes a window
        limiter.charge(3500);
        assertThat(limiter.allowanceBytes()).isZero();
        assertThat(limiter.reopensNanos()).isEqualTo(300 * MS);
        limiter.advanceTo(300 * MS);
        assertThat(limiter.allowanceBytes()).isEqualTo(500);
        limiter.advanceTo(900 * MS);
        assertThat(limiter.allowanceBytes()).isEqualTo(1000);
    }

    @Test
    void whatWasSentUnderAHigherLimitIsNotPaidForUnderALowerOne() {
        RateLimiter limiter = new RateLimiter(0, 0);
        limiter.charge(100_000_000);
        limiter.limit(10_000); // 1000 bytes a window
        assertThat(limiter.allowanceBytes()).isZero();
        assertThat(limiter.reopensNanos()).isEqualTo(100 * MS);
        limiter.advanceTo(100 * MS);
        assertThat(limiter.allowanceBytes()).isEqualTo(1000);
    }

    @Test
    void whatALimitHadSentTooMuchIsStillPaidForUnderTheNextOne() {
        RateLimiter limiter = new RateLimiter(10_000, 0);
        limiter.charge(3500); // 2500 too much
        limiter.limit(5_000);
        assertThat(limiter.reopensNanos()).isEqualTo(600 * MS);
        limiter.limit(10_000);
        assertThat(limiter.reopensNanos()).isEqualTo(300 * MS);
        limiter.limit(0);
        assertThat(limiter.allowanceBytes()).isEqualTo(RateLimiter.UNLIMITED_BYTES);
    }
}
