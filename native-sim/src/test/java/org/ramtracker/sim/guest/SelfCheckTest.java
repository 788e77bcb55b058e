package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.sim.guest.Stamps.WORD;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.sim.guest.BadPage.Fault;

/** Plants errors in the memory of guests of every kind and fill, and expects each to be found and named. */
class SelfCheckTest {
    private static final long SEED = 11;
    private static final int PAGES = 150;

    static Stream<Arguments> writingGuests() {
        return guests().filter(arguments -> ((GuestSpec) arguments.get()[0]).kind() != GuestKind.IDLE);
    }

    static Stream<Arguments> guests() {
        List<Arguments> all = new ArrayList<>();
        for (GuestKind kind : GuestKind.values()) {
            for (FillKind fill : FillKind.values()) {
                for (int threads : new int[] {1, 3}) {
                    all.add(Arguments.of(GuestSpec.withDefaultRate(kind, fill, SEED, threads)));
                }
            }
        }
        return all.stream();
    }

    /** A replayed guest over one block. */
    private static final class World implements AutoCloseable {
        final GuestMemory memory = Memories.single(PageSize.KIB_4, PAGES);
        final MemorySegment bytes = memory.blocks().getFirst().segment();
        final Replay replay;

        World(GuestSpec spec) {
            replay = new Replay(spec, memory);
        }

        byte[] page(long page) {
            return bytes.asSlice(page * 4096, 4096).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        }

        void setPage(long page, byte[] content) {
            MemorySegment.copy(MemorySegment.ofArray(content), 0, bytes, page * 4096, 4096);
        }

        /** The page of the last step of the first thread: surely written, and by that step. */
        long lastPage() {
            return replay.patterns.getFirst().ordinalOf(replay.steps[0] - 1);
        }

        long unwrittenPage() {
            for (long page = 0; page < PAGES; page++) {
                if (replay.fill.matches(bytes, page * 4096, page)) {
                    return page;
                }
            }
            throw new AssertionError("every page was written");
        }

        BadPage theOnlyBadPage() {
            SelfCheckReport report = replay.check();
            assertThat(report.badPageCount()).as(report.toString()).isEqualTo(1);
            assertThat(report.isGood()).isFalse();
            return report.firstBadPages().getFirst();
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    private static void expect(BadPage bad, Fault fault, long page) {
        assertThat(bad.fault()).as(bad.toString()).isEqualTo(fault);
        assertThat(bad.pageInBlock()).isEqualTo(page);
        assertThat(bad.offsetBytes()).isBetween(page * 4096, page * 4096 + 4088);
        assertThat(bad.toString()).contains("block pc.ram page " + page).doesNotContain("\n");
    }

    @ParameterizedTest
    @MethodSource("guests")
    void whatTheGuestWroteIsGood(GuestSpec spec) {
        try (World world = new World(spec)) {
            for (long steps : spec.kind() == GuestKind.IDLE ? new long[] {0} : new long[] {0, 1, 7, 90, 2000, 10_000}) {
                SelfCheckReport report = world.replay.allStepTo(steps).check();
                assertThat(report.isGood()).as(report.toString()).isTrue();
                assertThat(report.checkedPages()).isEqualTo(PAGES);
                assertThat(report.steps()).isEqualTo(steps * spec.threads());
                assertThat(report.writtenPages()).isLessThanOrEqualTo(Math.min(PAGES, report.steps()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("writingGuests")
    void anOlderContentOfAPageIsStale(GuestSpec spec) {
        try (World world = new World(spec)) {
            byte[][] before = new byte[PAGES][];
            world.replay.allStepTo(1500);
            for (int page = 0; page < PAGES; page++) {
                before[page] = world.page(page);
            }
            world.replay.allStepTo(1700);
            for (int page = 0; page < PAGES; page++) {
                byte[] now = world.page(page);
                if (!Arrays.equals(now, before[page])) {
                    world.setPage(page, before[page]);
                    expect(world.theOnlyBadPage(), Fault.STALE, page);
                    world.setPage(page, now);
                }
            }
            assertThat(world.replay.check().isGood()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("writingGuests")
    void aPageThatLostItsFirstWriteIsStale(GuestSpec spec) {
        try (World world = new World(spec)) {
            long page = world.replay.patterns.getFirst().ordinalOf(0);
            byte[] filled = world.page(page);
            world.replay.stepTo(0, 1);
            world.setPage(page, filled);
            expect(world.theOnlyBadPage(), Fault.STALE, page);
        }
    }

    @ParameterizedTest
    @MethodSource("writingGuests")
    void halfOfAnOlderContentIsTorn(GuestSpec spec) {
        try (World world = new World(spec)) {
            world.replay.allStepTo(500);
            byte[][] before = new byte[PAGES][];
            for (int page = 0; page < PAGES; page++) {
                before[page] = world.page(page);
            }
            world.replay.allStepTo(1100);
            long page = world.lastPage();
            byte[] torn = world.page(page);
            System.arraycopy(before[(int) page], 2048, torn, 2048, 2048);
            world.setPage(page, torn);
            expect(world.theOnlyBadPage(), Fault.TORN, page);
        }
    }

    @ParameterizedTest
    @MethodSource("writingGuests")
    void aWordInTheMiddleThatMissedTheLastWriteIsTorn(GuestSpec spec) {
        try (World world = new World(spec)) {
            world.replay.allStepTo(1);
            long page = world.lastPage();
            long stamp = world.replay.stamps.stamp(0, 0);
            int slot = world.replay.stamps.slotOffsetBytes(stamp);
            long fill = world.replay.fill.word(page, slot);
            world.bytes.set(WORD, page * 4096 + slot, fill);
            BadPage bad = world.theOnlyBadPage();
            expect(bad, Fault.TORN, page);
            assertThat(bad.offsetBytes()).isEqualTo(page * 4096 + slot);
            assertThat(bad.expected()).isEqualTo(stamp);
            assertThat(bad.actual()).isEqualTo(fill);
            assertThat(bad.expectedStep()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("writingGuests")
    void aWriteAfterThePauseIsAhead(GuestSpec spec) {
        try (World world = new World(spec)) {
            world.replay.allStepTo(1100);
            world.replay.stepTo(0, 1101);
            long page = world.lastPage();
            world.replay.steps[0] = 1100;
            expect(world.theOnlyBadPage(), Fault.AHEAD, page);
        }
    }

    @ParameterizedTest
    @MethodSource("writingGuests")
    void anotherPagesContentIsForeign(GuestSpec spec) {
        try (World world = new World(spec)) {
            world.replay.allStepTo(3000);
            long page = world.lastPage();
            long other = world.replay.patterns.getLast().ordinalOf(2990);
            assertThat(other).isNotEqualTo(page);
            world.setPage(page, world.page(other));
            expect(world.theOnlyBadPage(), Fault.FOREIGN, page);
        }
    }

    @ParameterizedTest
    @MethodSource("writingGuests")
    void anySwapOfTwoDifferentWordsIsFound(GuestSpec spec) {
        SplittableRandom random = new SplittableRandom(SEED);
        try (World world = new World(spec)) {
            world.replay.allStepTo(2000);
            for (int i = 0; i < 40; i++) {
                long page = random.nextLong(PAGES);
                // of two words, one is rarely a stamp; so take one that always is
                long left = page * 4096 + 8 * random.nextLong(512);
                long right = page * 4096 + (i % 2 == 0 ? 0 : 8 * random.nextLong(512));
                long leftWord = world.bytes.get(WORD, left);
                long rightWord = world.bytes.get(WORD, right);
                world.bytes.set(WORD, left, rightWord);
                world.bytes.set(WORD, right, leftWord);
                SelfCheckReport report = world.replay.check();
                assertThat(report.isGood())
                        .as("seed %d, swap %d: 0x%x and 0x%x", SEED, i, left, right)
                        .isEqualTo(leftWord == rightWord);
                world.bytes.set(WORD, left, leftWord);
                world.bytes.set(WORD, right, rightWord);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("guests")
    void aChangedWordOfAPageNeverWrittenIsForeign(GuestSpec spec) {
        try (World world = new World(spec)) {
            world.replay.allStepTo(spec.kind() == GuestKind.IDLE ? 0 : 20);
            long page = world.unwrittenPage();
            for (int at : new int[] {0, 8, 2048, 4088}) {
                long old = world.bytes.get(WORD, page * 4096 + at);
                world.bytes.set(WORD, page * 4096 + at, old ^ 1L << 63);
                BadPage bad = world.theOnlyBadPage();
                expect(bad, Fault.FOREIGN, page);
                assertThat(bad.offsetBytes()).isEqualTo(page * 4096 + at);
                assertThat(bad.expected()).isEqualTo(old);
                assertThat(bad.expectedStep()).isEqualTo(-1);
                world.bytes.set(WORD, page * 4096 + at, old);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("guests")
    void manyBadPagesAreCountedAndTheFirstFewNamedInOrder(GuestSpec spec) {
        try (World world = new World(spec)) {
            for (long page = 5; page < PAGES; page++) {
                world.bytes.set(WORD, page * 4096 + 16, 0x1234_5678_9abc_def0L + page);
            }
            SelfCheckReport report = world.replay.check();
            assertThat(report.badPageCount()).isEqualTo(PAGES - 5);
            assertThat(report.firstBadPages().stream().map(BadPage::pageInBlock))
                    .containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
            assertThat(report.toString().lines()).hasSize(9);
        }
    }

    @ParameterizedTest
    @MethodSource("writingGuests")
    void everyBlockIsCheckedAndNamed(GuestSpec spec) {
        for (PageSize pageSize : List.of(PageSize.KIB_4, new PageSize(16))) {
            try (GuestMemory memory = Memories.several(pageSize)) {
                Replay replay = new Replay(spec, memory).allStepTo(3000);
                assertThat(replay.check().isGood()).isTrue();
                for (RamBlock block : memory.blocks()) {
                    long at = block.usedLengthBytes() - 16;
                    long old = block.segment().get(WORD, at);
                    block.segment().set(WORD, at, ~old);
                    BadPage bad = replay.check().firstBadPages().getFirst();
                    assertThat(bad.block()).isEqualTo(block.idstr());
                    assertThat(bad.offsetBytes()).isEqualTo(at);
                    assertThat(bad.pageInBlock()).isEqualTo(block.pages() - 1);
                    block.segment().set(WORD, at, old);
                }
            }
        }
    }
}
