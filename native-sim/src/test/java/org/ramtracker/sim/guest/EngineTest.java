package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** Guests whose writes are made outside of Java: in machine code, and on the vCPUs of a real machine. */
@Timeout(60)
class EngineTest {
    private static final long SEED = 99;
    private static final Duration SOON = Duration.ofSeconds(20);

    private static GuestSpec spec(GuestEngine engine, GuestKind kind, int writers) {
        return new GuestSpec(kind, 0, FillKind.MIXED, SEED, writers, engine);
    }

    /** Sweeps a memory so small that every page is written again at once. */
    private static EngineWorld sweeping(GuestEngine engine) throws IOException {
        return new EngineWorld(spec(engine, GuestKind.SWEEP, 1), Memories.single(PageSize.KIB_4, 64));
    }

    @ParameterizedTest
    @CsvSource({
        "NATIVE, SWEEP", "NATIVE, HOTSET", "NATIVE, RANDOM_WRITES", "NATIVE, BURSTY",
        "KVM, SWEEP", "KVM, HOTSET", "KVM, RANDOM_WRITES", "KVM, BURSTY",
    })
    void twoLegsOnTwoMachinesLeaveWhatJavaLeaves(GuestEngine engine, GuestKind kind) throws Exception {
        for (GuestMemory memory : List.of(
                Memories.several(PageSize.KIB_4),
                Memories.several(new PageSize(14)),
                Memories.single(PageSize.MIB_2, 6))) {
            try (EngineWorld source = new EngineWorld(spec(engine, kind, 2), memory)) {
                source.start(2000);
                long firstLeg = source.guest.stats().steps();
                try (EngineWorld destination = new EngineWorld(source, source.guest.saveState())) {
                    assertThat(destination.guest.check().isGood()).isTrue();
                    destination.start(firstLeg + 2000);
                    SelfCheckReport report = destination.guest.check();
                    assertThat(report.isGood()).as(report.toString()).isTrue();
                    assertEqualsJava(destination);
                }
            }
        }
    }

    private static void assertEqualsJava(EngineWorld world) throws IOException {
        GuestState state = GuestState.decode(world.guest.saveState(), world.memory);
        PageLayout layout = ((PacedGuest) world.guest).layout();
        try (GuestMemory fresh = Memories.likeOf(world.memory)) {
            Replay replay = new Replay(state.spec(), fresh, layoutLike(layout, fresh, world.memory));
            for (int thread = 0; thread < state.threads().size(); thread++) {
                replay.stepTo(thread, state.threads().get(thread).steps());
            }
            for (long ordinal = 0; ordinal < layout.pages(); ordinal++) {
                assertThat(page(layout, ordinal).mismatch(page(replay.layout, ordinal)))
                        .as("ordinal " + ordinal)
                        .isEqualTo(-1);
            }
        }
    }

    private static PageLayout layoutLike(PageLayout layout, GuestMemory fresh, GuestMemory memory) {
        return new PageLayout(fresh, new PageLayout(memory).pages() - layout.pages());
    }

    private static MemorySegment page(PageLayout layout, long ordinal) {
        return layout.blockOf(ordinal)
                .segment()
                .asSlice(layout.offsetBytesOf(ordinal), layout.pageSize().bytes());
    }

    @ParameterizedTest
    @EnumSource(names = {"NATIVE", "KVM"})
    void aStalePageIsFoundByTheGuestItselfAndByTheCheck(GuestEngine engine) throws Exception {
        try (EngineWorld world = sweeping(engine)) {
            world.start(1000);
            RamBlock block = world.memory.blocks().getFirst();
            long staleOffset = block.usedLengthBytes() - 4096;
            MemorySegment old = MemorySegment.ofArray(new byte[4096]);
            old.copyFrom(block.segment().asSlice(staleOffset, 4096));
            long steps = world.guest.stats().steps();
            world.guest.resume();
            world.awaitSteps(steps + 1000);
            world.pause();
            block.segment().asSlice(staleOffset, 4096).copyFrom(old);

            assertThat(world.guest.check().toString()).contains("1 BAD", "page 63 holds an older content");
            assertThat(world.failureAfterResume()).contains("the guest found block pc.ram page 63 not as it was left");
            world.pause();
            assertThatThrownBy(world.guest::saveState).hasMessageContaining("not as it was left");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NATIVE", "KVM"})
    void aStaleLedgerIsFoundByTheCheck(GuestEngine engine) throws Exception {
        try (EngineWorld world = sweeping(engine)) {
            world.start(1000);
            Ledger ledger = ((PacedGuest) world.guest).ledger().orElseThrow();
            ledger.block().segment().set(Stamps.WORD, ledger.offsetBytesOf(3), 0);

            assertThat(world.guest.check().toString()).contains("1 BAD", "block pc.ram page");
        }
    }

    @Test
    void aLostWriteOfTheMachineIsFoundByTheGuest() throws Exception {
        try (EngineWorld world = sweeping(GuestEngine.KVM)) {
            world.start(1000);
            world.home().set(Stamps.WORD, 4096 + ControlBlock.ACKNOWLEDGED, 0);

            assertThat(world.failureAfterResume()).contains("a write of the machine to its control block is lost");
        }
    }

    /** A processor that no longer knows the program's I/O privilege level asks a bitmap. */
    @Test
    void whatLiesAtAddressZeroDoesNotDecideWhetherTheGuestMayUseItsPorts() throws Exception {
        try (EngineWorld world = sweeping(GuestEngine.KVM)) {
            world.start(1000);
            long bitmapOfZeroSegment = Short.toUnsignedLong(world.home().get(ValueLayout.JAVA_SHORT_UNALIGNED, 102));
            long refusal = bitmapOfZeroSegment + GuestProgram.PORT_DONE / 8;
            assertThat(world.home().get(ValueLayout.JAVA_INT_UNALIGNED, refusal))
                    .as("nobody's word")
                    .isZero();
            world.home().set(ValueLayout.JAVA_INT_UNALIGNED, refusal, -1);

            long steps = world.guest.stats().steps();
            world.guest.resume();
            world.awaitSteps(steps + 1000);
            world.pause();
        }
    }

    @Test
    void aGuestWithoutMemoryAtAddressZeroRunsOnTwoMachines() throws Exception {
        GuestMemory high = GuestMemory.builder(PageSize.KIB_4)
                .block("pc.ram", 1L << 32, PageSize.KIB_4.toBytes(64), new Backing.Anonymous())
                .build();
        try (EngineWorld source = new EngineWorld(spec(GuestEngine.KVM, GuestKind.SWEEP, 1), high)) {
            source.start(1000);
            try (EngineWorld destination = new EngineWorld(source, source.guest.saveState())) {
                destination.start(source.guest.stats().steps() + 1000);
                assertThat(destination.guest.check().isGood()).isTrue();
            }
        }
    }

    @Test
    void aDamagedTaskStateSegmentIsFoundByTheCheck() throws Exception {
        try (EngineWorld world = sweeping(GuestEngine.KVM)) {
            world.start(1000);
            world.home().set(Stamps.WORD, 2 * 4096 + 256, -1);

            assertThat(world.guest.check().toString()).contains("1 BAD", "page 2 holds what the guest never wrote");
        }
    }

    @Test
    void aTripleFaultIsReportedByName() throws Exception {
        try (EngineWorld world = sweeping(GuestEngine.KVM)) {
            world.start(1000);
            world.home().set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) 0x0b0f); // ud2

            assertThat(world.guest.check().toString()).contains("BAD", "page 0 holds what the guest never wrote");
            assertThat(world.failureAfterResume())
                    .contains("guest thread 0 died: vCPU 0 stopped with KVM_EXIT_SHUTDOWN (triple fault), rip 0x");
        }
    }

    @Test
    void aProgramThatNeverEndsItsBatchCanBeClosed() throws Exception {
        try (EngineWorld world = sweeping(GuestEngine.KVM)) {
            world.start(1000);
            world.home().set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) 0xfeeb); // jmp to itself
            await().atMost(SOON).until(() -> {
                world.guest.resume();
                Thread.sleep(10);
                world.guest.requestPause();
                return !world.guest.awaitDrained(Duration.ofMillis(100));
            });
        }
    }

    @Test
    void registersThatDoNotFitOrThatKvmRefusesAreRefused() throws Exception {
        try (EngineWorld world = sweeping(GuestEngine.KVM)) {
            world.start(1000);
            GuestState good = GuestState.decode(world.guest.saveState(), world.memory);
            ByteBuffer refused = ByteBuffer.allocate(good.registers().capacity())
                    .put(good.registers().duplicate());
            refused.putLong(144 + 248, -1); // cr4
            GuestState badRegisters = new GuestState(good.spec(), false, good.threads(), refused.flip());
            GuestState badSteps =
                    new GuestState(good.spec(), false, List.of(new ThreadProgress(7, 0)), good.registers());

            assertRefused(world, badRegisters, "guest state: KVM refuses the registers of vCPU 0");
            assertRefused(world, badSteps, "in its register and 7 outside of it");
        }
    }

    private static void assertRefused(EngineWorld world, GuestState state, String message) {
        assertThatThrownBy(() -> Guests.load(state.encode(world.memory), Optional.empty(), world.memory, world.marks))
                .isInstanceOf(GuestStateException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"NATIVE", "KVM"})
    void aThrottledGuestWritesLessAndAnIdleOneNothing(GuestEngine engine) throws Exception {
        try (EngineWorld busy = sweeping(engine)) {
            busy.guest.start();
            busy.awaitSteps(1000);
            long full = stepsIn(busy.guest, 200);
            busy.guest.throttle(90);
            Thread.sleep(50);
            assertThat(stepsIn(busy.guest, 400)).isLessThan(full);
        }
        try (EngineWorld idle = new EngineWorld(spec(engine, GuestKind.IDLE, 1), Memories.single(PageSize.KIB_4, 64))) {
            idle.start(0);
            assertThat(idle.guest.stats().steps()).isZero();
            assertThat(idle.guest.check().isGood()).isTrue();
        }
    }

    private static long stepsIn(Guest guest, int millis) throws InterruptedException {
        long before = guest.stats().steps();
        Thread.sleep(millis);
        return guest.stats().steps() - before;
    }

    @Test
    void memoryTooSmallForTheGuestIsRefused() {
        Hosts.require(GuestEngine.KVM);
        try (GuestMemory memory = Memories.single(PageSize.KIB_4, 6);
                DirtyBitmap marks = new DirtyBitmap(memory.pages())) {
            assertThatThrownBy(() -> Guests.create(
                            spec(GuestEngine.KVM, GuestKind.SWEEP, 1), DirtySource.KVM_LOG, memory, marks))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is too small");
        }
    }

    @Test
    void aLogThatDoesNotSeeTheWritesIsRefused() {
        assertThatThrownBy(() -> Guests.checkSource(GuestEngine.NATIVE, DirtySource.MARKS))
                .hasMessage("the dirty log marks does not see what a guest of native threads writes; choose pagemap");
        assertThatThrownBy(() -> Guests.checkSource(GuestEngine.THREADS, DirtySource.KVM_RING))
                .hasMessageContaining("choose marks or pagemap");
    }
}
