package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.scan.PageClassifier;

class PageFillTest {
    private static final long SEED = 42;
    private static final int PAGES = 4000;

    @ParameterizedTest
    @EnumSource(FillKind.class)
    void isAFunctionOfSeedAndPage(FillKind kind) {
        try (GuestMemory memory = Memories.single(PageSize.KIB_4, PAGES);
                GuestMemory again = Memories.single(PageSize.KIB_4, PAGES)) {
            fill(kind, SEED).fillAll(new PageLayout(memory));
            fill(kind, SEED).fillAll(new PageLayout(again));
            assertThat(Memories.equal(memory, again)).isTrue();
            MemorySegment segment = memory.blocks().getFirst().segment();
            for (long page = 0; page < PAGES; page++) {
                assertThat(fill(kind, SEED).matches(segment, page * 4096, page)).isTrue();
                for (int at = 0; at < 4096; at += 520) {
                    assertThat(fill(kind, SEED).word(page, at)).isEqualTo(segment.get(Stamps.WORD, page * 4096 + at));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FillKind.class)
    void anyChangedWordIsFound(FillKind kind) {
        try (GuestMemory memory = Memories.single(PageSize.KIB_4, 8)) {
            PageFill fill = fill(kind, SEED);
            fill.fillAll(new PageLayout(memory));
            MemorySegment segment = memory.blocks().getFirst().segment();
            for (long at = 0; at < segment.byteSize(); at += Long.BYTES) {
                long old = segment.get(Stamps.WORD, at);
                segment.set(Stamps.WORD, at, old ^ 1L << (at >> 3));
                assertThat(fill.matches(segment, at & -4096, at >> 12)).isFalse();
                assertThat(fill.firstMismatch(segment, at & -4096, at >> 12, 0)).isEqualTo((int) (at & 4095));
                segment.set(Stamps.WORD, at, old);
            }
        }
    }

    @Test
    void mixedIsAQuarterZeroAQuarterOtherDuplicatesAndHalfNormal() {
        int[] counts = classify(FillKind.MIXED);
        assertThat(counts[0]).isBetween(PAGES / 4 - 150, PAGES / 4 + 150);
        assertThat(counts[1]).isBetween(PAGES / 4 - 150, PAGES / 4 + 150);
        assertThat(counts[2]).isBetween(PAGES / 2 - 150, PAGES / 2 + 150);
    }

    @Test
    void randomHasNoDuplicatePage() {
        assertThat(classify(FillKind.RANDOM)).containsExactly(0, 0, PAGES);
    }

    /** Pages that are zero, another byte repeated, and normal. */
    private static int[] classify(FillKind kind) {
        PageClassifier classifier = new PageClassifier(PageSize.KIB_4, DuplicateBytes.ANY);
        int[] counts = new int[3];
        try (GuestMemory memory = Memories.single(PageSize.KIB_4, PAGES)) {
            fill(kind, SEED).fillAll(new PageLayout(memory));
            for (long page = 0; page < PAGES; page++) {
                int fill = classifier.classify(memory.blocks().getFirst().segment(), page * 4096);
                counts[fill == PageClassifier.NORMAL ? 2 : Math.min(fill, 1)]++;
            }
        }
        return counts;
    }

    @Test
    void seedsDiffer() {
        assertThat(fill(FillKind.RANDOM, 1).word(0, 0))
                .isNotEqualTo(fill(FillKind.RANDOM, 2).word(0, 0));
    }

    @Test
    void zeroDoesNotTouchMemory() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        Assumptions.assumeTrue(Files.exists(statm), "needs /proc/self/statm");
        try (GuestMemory memory = Memories.single(PageSize.KIB_4, 1L << 20)) {
            long before = residentPages(statm);
            fill(FillKind.ZERO, SEED).fillAll(new PageLayout(memory));
            assertThat(residentPages(statm) - before).isLessThan(1L << 18);
        }
    }

    private static long residentPages(Path statm) throws IOException {
        return new Scanner(Files.readString(statm)).skip("\\d+").nextLong();
    }

    private static PageFill fill(FillKind kind, long seed) {
        return new PageFill(kind, seed, 4096);
    }
}
