package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** The bitmap against {@link BitSet}: any mixture of marks and harvests, over page spaces of all sizes. */
final class DirtyBitmapModelTest {
    private static final long SEED = Long.getLong("ramtracker.seed", 20261122L);

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    @Test
    void marksAndHarvestsAreThoseOfABitSet() {
        for (int round = 0; round < 300; round++) {
            int pages = 1 + random.nextInt(1 << random.nextInt(1, 14));
            try (DirtyBitmap marks = new DirtyBitmap(pages);
                    PageBitmap pending = new PageBitmap(pages)) {
                compare(round, marks, pending);
            }
        }
    }

    private void compare(int round, DirtyBitmap marks, PageBitmap pending) {
        int pages = Math.toIntExact(marks.pages());
        BitSet marked = new BitSet(pages);
        BitSet harvested = new BitSet(pages);
        for (int step = 0; step < 100; step++) {
            String where = "seed %d, round %d, step %d, %d pages".formatted(SEED, round, step, pages);
            switch (random.nextInt(4)) {
                case 0 -> {
                    int page = random.nextInt(pages);
                    marks.mark(page);
                    marked.set(page);
                }
                case 1 -> {
                    assertThat(marks.harvestInto(pending)).as(where).isEqualTo(marked.cardinality());
                    harvested.or(marked);
                    marked.clear();
                    PageBitmaps.assertSame(pending, harvested, where);
                }
                default -> {
                    int first = random.nextInt(pages);
                    int end = random.nextInt(first, pages + 1);
                    marks.mark(first, end - first);
                    marked.set(first, end);
                }
            }
        }
    }
}
