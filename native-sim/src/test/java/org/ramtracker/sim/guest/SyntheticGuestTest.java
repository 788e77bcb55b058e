package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

@Timeout(60)
class SyntheticGuestTest {
    private static final long SEED = 77;
    private static final Duration SOON = Duration.ofSeconds(10);

    /** A guest with its memory and marks. */
    private static final class World implements AutoCloseable {
        final GuestMemory memory;
        final DirtyBitmap marks;
        final SyntheticGuest guest;

        World(GuestSpec spec, GuestMemory memory) {
            this.memory = memory;
            this.marks = new DirtyBitmap(memory.pages());
            this.guest = SyntheticGuest.create(spec, memory, marks);
        }

        /** The destination: takes over the memory's content as it is now. */
        World(World source) throws IOException {
            this.memory = Memories.likeOf(source.memory);
            this.marks = new DirtyBitmap(memory.pages());
            this.guest = SyntheticGuest.load(source.guest.saveState(), memory, marks);
            Memories.copy(source.memory, memory);
        }

        void runFor(long steps) throws InterruptedException {
            long until = guest.stats().steps() + steps;
            guest.resume();
            await().pollInterval(Duration.ofMillis(1))
                    .atMost(SOON)
                    .until(() -> guest.stats().steps() >= until);
            pause();
        }

        void pause() throws InterruptedException {
            guest.requestPause();
            assertThat(guest.awaitDrained(SOON)).isTrue();
            assertThat(guest.isDrained()).isTrue();
        }

        @Override
        public void close() {
            guest.close();
            marks.close();
            memory.close();
        }
    }

    private static GuestSpec spec(GuestKind kind, long rate, int threads) {
        return new GuestSpec(kind, rate, FillKind.MIXED, SEED, threads);
    }

    private static World several(GuestKind kind, long rate, int threads) {
        return new World(spec(kind, rate, threads), Memories.several(PageSize.KIB_4));
    }

    @ParameterizedTest
    @EnumSource(value = GuestKind.class, mode = EnumSource.Mode.EXCLUDE, names = "IDLE")
    void twoLegsOnTwoMachinesLeaveWhatOneLegLeaves(GuestKind kind) throws Exception {
        for (GuestMemory memory : List.of(
                Memories.several(PageSize.KIB_4),
                Memories.several(new PageSize(14)),
                Memories.single(PageSize.MIB_2, 6))) {
            GuestSpec spec = spec(kind, 0, 2);
            try (World source = new World(spec, memory)) {
                source.guest.start();
                source.runFor(1000);
                long firstLeg = source.guest.stats().steps();
                try (World destination = new World(source)) {
                    assertThat(destination.guest.stats().steps()).isEqualTo(firstLeg);
                    assertThat(destination.guest.check().isGood()).isTrue();
                    destination.guest.start();
                    destination.runFor(1000);
                    SelfCheckReport report = destination.guest.check();
                    assertThat(report.isGood()).as(report.toString()).isTrue();
                    assertThat(report.steps()).isGreaterThanOrEqualTo(firstLeg + 1000);
                    assertEqualsOneLeg(destination);
                }
            }
        }
    }

    private static void assertEqualsOneLeg(World world) throws IOException {
        GuestState state = GuestState.decode(world.guest.saveState(), world.memory);
        try (GuestMemory fresh = Memories.likeOf(world.memory)) {
            Replay replay = new Replay(state.spec(), fresh);
            for (int thread = 0; thread < state.threads().size(); thread++) {
                replay.stepTo(thread, state.threads().get(thread).steps());
            }
            assertThat(Memories.equal(world.memory, fresh)).isTrue();
        }
    }

    @Test
    void exactlyThePagesWrittenAreMarked() throws Exception {
        try (World world = several(GuestKind.RANDOM_WRITES, 0, 3);
                GuestMemory before = Memories.likeOf(world.memory);
                PageBitmap dirty = new PageBitmap(world.memory.pages())) {
            world.guest.start();
            world.pause();
            for (int round = 0; round < 20; round++) {
                world.marks.harvestInto(dirty);
                dirty.clear();
                Memories.copy(world.memory, before);
                world.runFor(50);
                world.marks.harvestInto(dirty);
                for (RamBlock block : world.memory.blocks()) {
                    for (long page = block.firstPage(); page < block.endPage(); page++) {
                        boolean changed = changed(block, before.blocks().get(block.index()), page);
                        assertThat(dirty.contains(page)).isEqualTo(changed);
                    }
                }
            }
        }
    }

    private static boolean changed(RamBlock block, RamBlock before, long page) {
        long at = block.offsetBytesOf(page);
        long end = at + 4096;
        return MemorySegment.mismatch(block.segment(), at, end, before.segment(), at, end) != -1;
    }

    @Test
    void nothingChangesAndNothingIsMarkedOnceDrained() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        try (World world = several(GuestKind.HOTSET, 0, 4);
                GuestMemory then = Memories.likeOf(world.memory);
                PageBitmap dirty = new PageBitmap(world.memory.pages())) {
            world.guest.start();
            for (int round = 0; round < 300; round++) {
                world.guest.resume();
                busyNanos(random.nextLong(200_000));
                world.guest.requestPause();
                while (!world.guest.isDrained()) {
                    Thread.onSpinWait();
                }
                world.marks.harvestInto(dirty);
                Memories.copy(world.memory, then);
                busyNanos(random.nextLong(200_000));
                assertThat(world.marks.harvestInto(dirty)).as("round %d", round).isZero();
                assertThat(Memories.equal(world.memory, then))
                        .as("round %d", round)
                        .isTrue();
            }
            assertThat(world.guest.check().isGood()).isTrue();
        }
    }

    private static void busyNanos(long nanos) {
        long until = System.nanoTime() + nanos;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aPauseTakesMillisecondsEvenAtFullSpeedAndWhileThrottled() throws Exception {
        for (int throttle : new int[] {0, 99}) {
            try (World world = several(GuestKind.RANDOM_WRITES, 0, 2)) {
                world.guest.start();
                world.guest.throttle(throttle);
                long best = Long.MAX_VALUE;
                for (int i = 0; i < 20; i++) {
                    Thread.sleep(3);
                    long start = System.nanoTime();
                    world.pause();
                    best = Math.min(best, System.nanoTime() - start);
                    world.guest.resume();
                }
                assertThat(best).isLessThan(5_000_000L);
            }
        }
    }

    @Test
    void keepsItsRate() throws Exception {
        long rate = 20L << 20;
        try (World world = several(GuestKind.SWEEP, rate, 2)) {
            world.guest.start();
            GuestStats first = world.guest.stats();
            Thread.sleep(1000);
            long measured = world.guest.stats().bytesPerSecondSince(first);
            // what a loaded machine takes away is not made up for entirely, so only the upper bound is tight
            assertThat(measured).isBetween(rate / 2, rate * 105 / 100);
        }
    }

    @Test
    void doesNotMakeUpForAPause() throws Exception {
        long rate = 40L << 20;
        try (World world = several(GuestKind.SWEEP, rate, 1)) {
            world.guest.start();
            Thread.sleep(50);
            world.pause();
            long before = world.guest.stats().steps();
            Thread.sleep(500);
            long resumed = System.nanoTime();
            world.guest.resume();
            Thread.sleep(20);
            world.pause();
            long ranNanos = System.nanoTime() - resumed;
            // due since the resume, and at most a tenth of a second that the thread may have been behind
            long due = (long) (rate / 4096 * (ranNanos + Pacer.BACKLOG_NANOS_MAX) / 1e9);
            assertThat(world.guest.stats().steps() - before).isLessThanOrEqualTo(due);
        }
    }

    @Test
    void aThrottledGuestWritesLess() throws Exception {
        long rate = 20L << 20;
        try (World world = several(GuestKind.SWEEP, rate, 1)) {
            world.guest.start();
            world.guest.throttle(80);
            GuestStats first = world.guest.stats();
            Thread.sleep(700);
            assertThat(world.guest.stats().bytesPerSecondSince(first)).isBetween(1L, rate * 30 / 100);
            world.guest.throttle(0);
            Thread.sleep(100);
            GuestStats second = world.guest.stats();
            Thread.sleep(300);
            assertThat(world.guest.stats().bytesPerSecondSince(second)).isGreaterThan(rate * 40 / 100);
        }
    }

    @Test
    void anIdleGuestWritesNothing() throws Exception {
        try (World world = several(GuestKind.IDLE, 0, 2);
                PageBitmap dirty = new PageBitmap(world.memory.pages())) {
            world.guest.start();
            Thread.sleep(30);
            world.pause();
            assertThat(world.marks.harvestInto(dirty)).isZero();
            SelfCheckReport report = world.guest.check();
            assertThat(report.isGood()).isTrue();
            assertThat(report.writtenPages()).isZero();
        }
    }

    @Test
    void aGuestStoppedByItsManagerStaysStoppedWhereverItIs() throws Exception {
        try (World source = several(GuestKind.SWEEP, 0, 2)) {
            source.guest.start();
            assertThat(source.guest.isRunning()).isTrue();
            source.guest.stop();
            assertThat(source.guest.isRunning()).isFalse();
            source.pause();
            source.guest.resume();
            assertThat(source.guest.isDrained()).isTrue();
            try (World destination = new World(source)) {
                destination.guest.start();
                assertThat(destination.guest.isRunning()).isFalse();
                long steps = destination.guest.stats().steps();
                Thread.sleep(20);
                assertThat(destination.guest.stats().steps()).isEqualTo(steps);
                destination.guest.cont();
                await().atMost(SOON).until(() -> destination.guest.stats().steps() > steps);
            }
        }
    }

    @Test
    void aPauseByAMigrationDoesNotChangeWhetherItRuns() throws Exception {
        try (World world = several(GuestKind.SWEEP, 0, 1)) {
            assertThat(world.guest.isRunning()).isFalse();
            world.guest.start();
            world.pause();
            assertThat(world.guest.isRunning()).isTrue();
        }
    }

    @Test
    void refusesToSpeakOfMemoryThatStillChanges() {
        try (World world = several(GuestKind.SWEEP, 0, 1)) {
            world.guest.start();
            assertThatThrownBy(world.guest::check).hasMessageContaining("paused and drained");
            assertThatThrownBy(world.guest::saveState).hasMessageContaining("paused and drained");
            assertThatThrownBy(world.guest::start).hasMessageContaining("started before");
        }
    }

    @Test
    void aGuestThatDiedSaysSoInsteadOfPassingItsCheck() throws Exception {
        try (GuestMemory memory = Memories.single(PageSize.KIB_4, 3)) {
            DirtyBitmap marks = new DirtyBitmap(memory.pages());
            try (SyntheticGuest guest = SyntheticGuest.create(spec(GuestKind.SWEEP, 0, 1), memory, marks)) {
                marks.close();
                guest.start();
                await().atMost(SOON).until(() -> guest.failure().isPresent());
                guest.requestPause();
                assertThat(guest.awaitDrained(SOON)).isTrue();
                assertThatThrownBy(guest::check).hasMessage("guest thread 0 died: Already closed");
                assertThatThrownBy(guest::saveState).hasMessage("guest thread 0 died: Already closed");
            }
        }
    }

    @Test
    void needsAPageForEachThread() {
        try (GuestMemory memory = Memories.single(PageSize.KIB_4, 3);
                DirtyBitmap marks = new DirtyBitmap(memory.pages())) {
            assertThatThrownBy(() -> SyntheticGuest.create(spec(GuestKind.SWEEP, 0, 4), memory, marks))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("4 threads");
        }
    }

    @Test
    void theLengthOfItsStateIsKnownBeforehand() throws Exception {
        for (int threads : new int[] {1, 5}) {
            try (World world = several(GuestKind.BURSTY, 0, threads)) {
                int length = world.guest.stateLengthBytes();
                world.guest.start();
                world.runFor(10);
                assertThat(world.guest.saveState()).hasSize(length);
            }
        }
    }

    @Test
    void sharesOfThreadsAreWrittenByAllOfThem() throws Exception {
        try (World world = several(GuestKind.SWEEP, 0, 4)) {
            world.guest.start();
            await().atMost(SOON).until(() -> {
                world.pause();
                GuestState state = GuestState.decode(world.guest.saveState(), world.memory);
                world.guest.resume();
                return LongStream.of(state.threads().stream()
                                .mapToLong(ThreadProgress::steps)
                                .toArray())
                        .allMatch(steps -> steps > 100);
            });
        }
    }
}
