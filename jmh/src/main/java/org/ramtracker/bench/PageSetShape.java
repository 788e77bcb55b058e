package org.ramtracker.bench;

import java.util.SplittableRandom;
import org.ramtracker.dirty.PageBitmap;

/** What the pages of an epoch look like. */
public enum PageSetShape {
    /** One page in 200, anywhere: a guest that writes at random, for a short time. */
    SPARSE {
        @Override
        void fill(PageBitmap set, SplittableRandom random) {
            addRandom(set, random, set.pages() / 200);
        }
    },
    /** Runs of 16 to 1023 pages that come to a tenth of the memory: buffers and heaps. */
    CLUSTERED {
        @Override
        void fill(PageBitmap set, SplittableRandom random) {
            while (set.count() < set.pages() / 10) {
                long pages = random.nextLong(16, 1024);
                set.add(random.nextLong(set.pages() - pages), pages);
            }
        }
    },
    /** Nine in ten of the pages that lie 20 apart, and one in 100 of the others: what {@code --guest hotset} writes. */
    HOTSET {
        @Override
        void fill(PageBitmap set, SplittableRandom random) {
            for (long page = 0; page < set.pages(); page += 20) {
                if (random.nextInt(10) != 0) {
                    set.add(page, 1);
                }
            }
            addRandom(set, random, set.pages() / 100);
        }
    },
    /** Every second page, at random: what compresses worst. */
    HALF {
        @Override
        void fill(PageBitmap set, SplittableRandom random) {
            for (long word = 0; word < set.pages() / Long.SIZE; word++) {
                set.addWord(word, random.nextLong());
            }
        }
    },
    /** Every page. */
    FULL {
        @Override
        void fill(PageBitmap set, SplittableRandom random) {
            set.add(0, set.pages());
        }
    };

    abstract void fill(PageBitmap set, SplittableRandom random);

    private static void addRandom(PageBitmap set, SplittableRandom random, long pages) {
        for (long i = 0; i < pages; i++) {
            set.add(random.nextLong(set.pages()), 1);
        }
    }
}
