package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** The set against {@link BitSet}, over page spaces of all sizes. */
final class PageBitmapModelTest {
    private static final long SEED = Long.getLong("ramtracker.seed", 20261122L);

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    @Test
    void everyOperationIsThatOfABitSet() {
        for (int round = 0; round < 300; round++) {
            int pages = 1 + random.nextInt(1 << random.nextInt(1, 14));
            try (PageBitmap set = new PageBitmap(pages);
                    PageBitmap other = new PageBitmap(pages)) {
                compare(round, set, other);
            }
        }
    }

    private void compare(int round, PageBitmap set, PageBitmap other) {
        int pages = Math.toIntExact(set.pages());
        BitSet model = new BitSet(pages);
        for (int step = 0; step < 100; step++) {
            String where = "seed %d, round %d, step %d, %d pages".formatted(SEED, round, step, pages);
            int first = random.nextInt(pages);
            int end = random.nextInt(first, pages + 1);
            int held = model.get(first, end).cardinality();
            switch (random.nextInt(8)) {
                case 0 -> {
                    set.clear();
                    model.clear();
                }
                case 1 -> {
                    other.clear();
                    other.add(first, end - first);
                    set.addAll(other);
                    model.set(first, end);
                }
                case 2, 3, 4 -> {
                    assertThat(set.add(first, end - first)).as(where).isEqualTo(end - first - held);
                    model.set(first, end);
                }
                default -> {
                    assertThat(set.remove(first, end - first)).as(where).isEqualTo(held);
                    model.clear(first, end);
                }
            }
            PageBitmaps.assertSame(set, model, where);
            assertThat(set.contains(first)).as(where).isEqualTo(model.get(first));
            assertWordInUseIsFound(set, model, first >>> 6, where);
        }
    }

    private static void assertWordInUseIsFound(PageBitmap set, BitSet model, int fromWord, String where) {
        long words = set.words().byteSize() / Long.BYTES;
        int page = model.nextSetBit(fromWord * Long.SIZE);
        assertThat(set.firstUsedWord(fromWord, words)).as(where).isEqualTo(page < 0 ? words : page / Long.SIZE);
    }
}
