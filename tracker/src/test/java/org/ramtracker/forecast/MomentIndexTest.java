package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MomentIndexTest {
    private static final int PAGES = 5000;
    private static final int MOMENTS = 1 << PartialEpoch.PROBABILITY_BITS;

    private final SplittableRandom random = new SplittableRandom(3);
    private final MomentIndex index = new MomentIndex();

    /** Every second set is smaller than the one before: nothing of that may be left. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64, 65, 3000})
    void pagesBetweenTwoMomentsAreThoseThatWereAddedSo(int count) {
        for (int filling : new int[] {count, count / 2}) {
            int[] momentOf = fill(filling);
            for (int from : new int[] {0, 1, 255, 256, 20_000, MOMENTS - 1, MOMENTS}) {
                for (int to : new int[] {0, 1, 256, 257, 20_001, 40_000, MOMENTS}) {
                    assertThat(between(from, to)).isEqualTo(expected(momentOf, from, to));
                }
            }
        }
    }

    private int[] fill(int count) {
        int[] momentOf = new int[count];
        index.clear();
        for (int page = 0; page < count; page++) {
            momentOf[page] = random.nextInt(4) == 0 ? random.nextInt(2) * 20_000 : random.nextInt(MOMENTS);
            index.add(page, momentOf[page]);
        }
        index.order();
        return momentOf;
    }

    private BitSet between(int from, int to) {
        WrittenPages written = new WrittenPages(PAGES);
        index.addBetween(from, to, written);
        BitSet pages = new BitSet();
        for (int page = 0; page < PAGES; page++) {
            pages.set(page, (written.word(page >>> 6) & 1L << page) != 0);
        }
        return pages;
    }

    private static BitSet expected(int[] momentOf, int from, int to) {
        BitSet pages = new BitSet();
        for (int page = 0; page < momentOf.length; page++) {
            pages.set(page, momentOf[page] >= from && momentOf[page] < to);
        }
        return pages;
    }
}
