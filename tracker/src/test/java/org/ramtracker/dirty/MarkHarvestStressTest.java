package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * The order of marking and harvesting, raced: the right one loses nothing, and the same race catches each wrong one, so it would
 * have caught the right one too if it were wrong. A table of outcomes of our own and not jcstress, because jcstress asks one
 * question a test and cannot be told to go on until the wrong order is caught; here that takes milliseconds on idle cores and
 * seconds on crowded ones.
 */
final class MarkHarvestStressTest {
    private static final long RIGHT_NANOS = TimeUnit.SECONDS.toNanos(Boolean.getBoolean("ramtracker.soak") ? 120 : 2);
    private static final long ROUNDS_MET_MIN = 10;
    private static final long CAUGHT_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    @Test
    void storeThenOrAgainstExchangeThenCopyLosesNothing() throws InterruptedException {
        assertLosesNothing(RacingPage.OfTheBitmap::new);
    }

    @Test
    void skippingTheOrLosesNothingWithFullFencesOnBothSides() throws InterruptedException {
        assertLosesNothing(RacingPage.SkipsTheOrBetweenFences::new);
    }

    @Test
    void skippingTheOrBecauseTheBitLooksSetIsCaught() throws InterruptedException {
        assertIsCaught(RacingPage.SkipsTheOr::new);
    }

    @Test
    void copyingBeforeClearingIsCaught() throws InterruptedException {
        assertIsCaught(RacingPage.CopiesBeforeItClears::new);
    }

    @Test
    void clearingByLoadAndStoreIsCaught() throws InterruptedException {
        assertIsCaught(RacingPage.ClearsByLoadAndStore::new);
    }

    private static void assertLosesNothing(Function<Arena, RacingPage> order) throws InterruptedException {
        long roundsMet = 0;
        for (long start = System.nanoTime(); roundsMet < ROUNDS_MET_MIN; ) {
            MarkHarvestRace race = MarkHarvestRace.run(order, RIGHT_NANOS);
            assertThat(race.lost()).as(race::toString).isZero();
            roundsMet += race.roundsMet();
            assertThat(System.nanoTime() - start)
                    .as("the two threads hardly ever run at the same time: %s", race)
                    .isLessThan(CAUGHT_WITHIN_NANOS);
        }
    }

    private static void assertIsCaught(Function<Arena, RacingPage> order) throws InterruptedException {
        MarkHarvestRace race = MarkHarvestRace.run(order, CAUGHT_WITHIN_NANOS);
        assertThat(race.lost()).as(race::toString).isPositive();
    }
}
