package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/**
 * A whole migration of page versions against plain arrays: pages are written, collected, taken, and arrive or not; in the end
 * the destination has the version of the source, in every page.
 */
final class DirtyRoundModelTest {
    private static final long SEED = Long.getLong("ramtracker.seed", 20261122L);
    private static final int PAGES = 300;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final int[] source = new int[PAGES];
    private final int[] inFlight = new int[PAGES];
    private final int[] destination = new int[PAGES];
    private final BitSet taken = new BitSet(PAGES);

    @Test
    void noVersionIsLostHoweverManyAttemptsFail() throws IOException {
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                        .block("ram", 0, PAGES * 4096L, new Backing.Anonymous())
                        .build();
                DirtyBitmap marks = new DirtyBitmap(memory.pages());
                DirtyRound round = new DirtyRound(memory, new DirtyBitmapLog(marks))) {
            for (int step = 0; step < 200_000; step++) {
                act(marks, round);
            }
            round.collect();
            for (int page = 0; page < PAGES; page++) {
                take(round, page);
            }
            arrive(round);
            assertThat(destination).as("seed %d", SEED).isEqualTo(source);
        }
    }

    private void act(DirtyBitmap marks, DirtyRound round) {
        switch (random.nextInt(100)) {
            case 0 -> round.collect();
            case 1 -> arrive(round);
            case 2 -> putBack(round);
            default -> {
                int page = random.nextInt(PAGES);
                if (random.nextBoolean()) {
                    source[page]++;
                    marks.mark(page);
                } else {
                    take(round, page);
                }
            }
        }
    }

    private void take(DirtyRound round, int page) {
        if (round.pending().contains(page)) {
            round.take(page, 1);
            inFlight[page] = source[page];
            taken.set(page);
        }
    }

    private void arrive(DirtyRound round) {
        taken.stream().forEach(page -> destination[page] = inFlight[page]);
        taken.clear();
        round.commit();
    }

    /** Nobody knows how much of it has arrived. */
    private void putBack(DirtyRound round) {
        taken.stream().filter(page -> random.nextBoolean()).forEach(page -> destination[page] = inFlight[page]);
        taken.clear();
        round.putBack();
    }
}
