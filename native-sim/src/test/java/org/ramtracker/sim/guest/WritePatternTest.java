package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

class WritePatternTest {
    private static final int PAGES = 1003;

    private final GuestMemory memory = Memories.single(PageSize.KIB_4, PAGES);
    private final PageLayout layout = new PageLayout(memory);

    @AfterEach
    void close() {
        memory.close();
    }

    private WritePattern pattern(GuestKind kind, int thread, int threads) {
        return new WritePattern(GuestSpec.withDefaultRate(kind, FillKind.ZERO, 9, threads), layout, thread);
    }

    @ParameterizedTest
    @EnumSource(value = GuestKind.class, mode = EnumSource.Mode.EXCLUDE, names = "IDLE")
    void aThreadReachesEveryPageOfItsShareAndNoOther(GuestKind kind) {
        for (int threads : new int[] {1, 3, PAGES}) {
            BitSet all = new BitSet();
            for (int thread = 0; thread < threads; thread++) {
                WritePattern pattern = pattern(kind, thread, threads);
                BitSet seen = new BitSet();
                for (long step = 0; step < 200 * pattern.pages(); step++) {
                    seen.set((int) pattern.ordinalOf(step));
                }
                assertThat(seen.nextSetBit(0)).isEqualTo((int) pattern.firstOrdinal());
                assertThat(seen.cardinality()).isEqualTo((int) pattern.pages());
                all.or(seen);
            }
            assertThat(all.cardinality()).isEqualTo(PAGES);
        }
    }

    @Test
    void sweepGoesRoundInOrder() {
        WritePattern sweep = pattern(GuestKind.SWEEP, 0, 1);
        for (long step = 0; step < 2 * PAGES; step++) {
            assertThat(sweep.ordinalOf(step)).isEqualTo(step % PAGES);
        }
    }

    @Test
    void nineWritesOfTenHitATwentiethOfThePages() {
        WritePattern hotset = pattern(GuestKind.HOTSET, 0, 1);
        int[] writes = new int[PAGES];
        int steps = 200_000;
        for (long step = 0; step < steps; step++) {
            writes[(int) hotset.ordinalOf(step)]++;
        }
        Arrays.sort(writes);
        int hot = 0;
        for (int i = 0; i < (PAGES + 19) / 20; i++) {
            hot += writes[PAGES - 1 - i];
        }
        assertThat((double) hot / steps).isBetween(0.90, 0.91);
    }

    @Test
    void randomWritesAreUniform() {
        WritePattern random = pattern(GuestKind.RANDOM_WRITES, 0, 1);
        int[] writes = new int[PAGES];
        for (long step = 0; step < 1000L * PAGES; step++) {
            writes[(int) random.ordinalOf(step)]++;
        }
        assertThat(Arrays.stream(writes).min().getAsInt()).isGreaterThan(800);
        assertThat(Arrays.stream(writes).max().getAsInt()).isLessThan(1200);
    }

    /** The formulas of {@code docs/guests.md}, in page writes instead of time. */
    @Test
    void distinctPagesGrowAsDocumented() {
        double n = PAGES;
        int hotPages = (PAGES + 19) / 20;
        double h = hotPages;
        for (int writes : new int[] {50, 500, 2000, 10_000}) {
            assertThat(distinctPages(GuestKind.SWEEP, writes)).isEqualTo(Math.min(writes, n));
            assertThat(distinctPages(GuestKind.RANDOM_WRITES, writes))
                    .isCloseTo(n * -Math.expm1(-writes / n), withinPercentage(8));
            assertThat(distinctPages(GuestKind.HOTSET, writes))
                    .isCloseTo(
                            h * -Math.expm1(-(0.9 / h + 0.1 / n) * writes) + (n - h) * -Math.expm1(-0.1 * writes / n),
                            withinPercentage(15));
        }
    }

    private double distinctPages(GuestKind kind, int writes) {
        WritePattern pattern = pattern(kind, 0, 1);
        return LongStream.range(0, writes).map(pattern::ordinalOf).distinct().count();
    }

    @Test
    void anIdleGuestHasNoSteps() {
        assertThatThrownBy(() -> pattern(GuestKind.IDLE, 0, 1).ordinalOf(0)).isInstanceOf(IllegalStateException.class);
        assertThat(pattern(GuestKind.IDLE, 0, 1).writes(0, 0)).isFalse();
    }
}
