package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.migrate.MigrationParameters;

/** What is found by syncs that fall into the middle of an epoch. */
class PartialEpochTest {
    private static final long PAGES = 1 << 16;
    private static final int PARTS = 10;

    private static BitSet part(PartialEpoch epoch, long index, double from, double to) {
        return part(epoch, index, 0, from, to);
    }

    private static BitSet part(PartialEpoch epoch, long index, long turn, double from, double to) {
        WrittenPages written = new WrittenPages(PAGES);
        epoch.addPart(index, turn, from, to, written);
        BitSet pages = new BitSet();
        for (int i = 0; i < written.wordCount(); i++) {
            long mask = written.word(written.wordIndex(i));
            for (; mask != 0; mask &= mask - 1) {
                pages.set(written.wordIndex(i) * 64 + Long.numberOfTrailingZeros(mask));
            }
        }
        return pages;
    }

    private static BitSet whole(DirtyHistory history, long index) {
        BitSet pages = new BitSet();
        DirtyHistory.Epochs epoch = history.read();
        epoch.moveTo(index);
        while (epoch.nextRun()) {
            pages.set((int) epoch.runFirstPage(), (int) (epoch.runFirstPage() + epoch.runPages()));
        }
        return pages;
    }

    @ParameterizedTest
    @CsvSource({"1000", "20000", "100000", "2000000", "50000000"})
    void partsTogetherAreTheEpochAndNoMore(double writesPerSecond) {
        MadeHistory history = MadeHistory.random(PAGES, 100, 20_000, writesPerSecond, 4, MadeHistory.EPOCH_NANOS);
        PartialEpoch epoch = new PartialEpoch(history, 7);
        BitSet union = new BitSet();
        for (int i = 0; i < PARTS; i++) {
            union.or(part(epoch, 1, i / (double) PARTS, (i + 1) / (double) PARTS));
        }
        assertThat(union).isEqualTo(whole(history, 1));
    }

    /** In any order, over and over, also of a history that is shorter than what an epoch is compared with. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void partIsTheSameWhateverWasAskedBefore(int epochs) {
        MadeHistory history = MadeHistory.random(PAGES, 10, 3000, 60_000, epochs, MadeHistory.EPOCH_NANOS);
        PartialEpoch asked = new PartialEpoch(history, 7);
        long seed = 20_261_124;
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            long index = i % 3 == 0 ? random.nextInt(epochs) : i % epochs;
            long turn = random.nextInt(3);
            double from = random.nextDouble() / 2;
            double to = from + random.nextDouble() / 2;
            assertThat(part(asked, index, turn, from, to))
                    .as("seed %d, part %d", seed, i)
                    .isEqualTo(part(new PartialEpoch(history, 7), index, turn, from, to));
        }
    }

    /** The truth is the same guest, watched ten times as often. */
    @ParameterizedTest
    @CsvSource({"20000", "200000", "500000", "1000000", "2000000"})
    void partOfAnEpochIsAsLargeAsTheGuestMadeIt(double writesPerSecond) {
        long pages = 20_000;
        MadeHistory seldom = MadeHistory.random(PAGES, 0, pages, writesPerSecond, 4, MadeHistory.EPOCH_NANOS);
        double perPart = writesPerSecond * MadeHistory.EPOCH_NANOS / 1e9 / PARTS;
        double truth = pages * -Math.expm1(-perPart / pages);

        PartialEpoch epoch = new PartialEpoch(seldom, 7);

        for (double from : new double[] {0, 0.3, 0.9}) {
            assertThat((double) part(epoch, 1, from, from + 1.0 / PARTS).cardinality())
                    .as("from " + from)
                    .isCloseTo(truth, within(truth * 0.05 + 4 * Math.sqrt(truth)));
        }
    }

    @ParameterizedTest
    @CsvSource({"20000", "2000000"})
    void partIsAFunctionOfEpochTurnAndFractionsAlone(double writesPerSecond) {
        MadeHistory history = MadeHistory.random(PAGES, 100, 20_000, writesPerSecond, 4, MadeHistory.EPOCH_NANOS);
        PartialEpoch epoch = new PartialEpoch(history, 7);
        BitSet first = part(epoch, 1, 0, 0.3, 0.6);

        assertThat(part(epoch, 1, 1, 0.3, 0.6)).isNotEqualTo(first);
        assertThat(part(epoch, 2, 0, 0.3, 0.6)).isNotEqualTo(first);
        assertThat(part(epoch, 1, 0, 0.3, 0.6)).isEqualTo(first);
        assertThat(part(new PartialEpoch(history, 7), 1, 0, 0.3, 0.6)).isEqualTo(first);
    }

    @Test
    void sweepIsSpreadEvenly() {
        PartialEpoch epoch = new PartialEpoch(MadeHistory.sweep(PAGES, 4000, 8), 7);
        assertThat(part(epoch, 2, 0.25, 0.5).cardinality()).isBetween(950, 1050);
        assertThat(part(epoch, 2, 0.5, 0.5).cardinality()).isZero();
    }

    /** More than once in a while is all that the trace tells: the model then errs towards too many. */
    @Test
    void hottestPagesAreFoundInMostPartsAndRatherTooOften() {
        long pages = 20_000;
        MadeHistory history = MadeHistory.random(PAGES, 0, pages, 5_000_000, 4, MadeHistory.EPOCH_NANOS);
        double truth = pages * -Math.expm1(-5_000_000 * 0.005 / pages);
        assertThat((double) part(new PartialEpoch(history, 7), 1, 0.3, 0.4).cardinality())
                .isBetween(truth, 1.3 * truth);
    }

    @Test
    void hotSetIsFoundInEveryPartAndASweepOnlyOnce() {
        MadeHistory history = new MadeHistory(PAGES, MadeHistory.EPOCH_NANOS);
        for (int i = 0; i < 4; i++) {
            history.epoch(100, 500, 10_000 + i * 2000L, 2000);
        }
        BitSet found = part(new PartialEpoch(history, 7), 1, 0.4, 0.5);
        assertThat(found.get(100, 600).cardinality()).isGreaterThan(350);
        assertThat(found.get(12_000, 14_000).cardinality()).isBetween(150, 250);
    }

    @Test
    void longSyncsFindDistinctPagesOnce() {
        MadeHistory history = new MadeHistory(PAGES, MadeHistory.EPOCH_NANOS)
                .epoch(0, 10, 64, 3)
                .epoch(5, 10);
        VirtualClock clock = new VirtualClock();
        ReplayedGuest guest = new ReplayedGuest(clock, 1, 0);
        try (PageBitmap pending = new PageBitmap(PAGES)) {
            ForecastRequest request = ForecastRequest.of(history, MigrationParameters.defaults(), LinkModel.of(1));
            ReplayedLog log = new ReplayedLog(request, new PageKindTable(pending, kinds -> false), guest, clock);
            log.start();
            clock.advance(100 * history.durationNanos());
            assertThat(log.sync(pending)).isEqualTo(18);
            assertThat(log.sync(pending)).isZero();
            assertThat(pending.count()).isEqualTo(18);
        }
    }
}
