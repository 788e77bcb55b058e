package org.ramtracker.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.linux.KvmDirtyLog.Clearing;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** Slots that are not blocks, and VMs that are not as a log needs them. */
final class KvmSlotsTest {
    private static final int PAGES = 1000;

    private GuestMemory memory;
    private RamBlock block;
    private PageBitmap pending;

    @BeforeEach
    void open() throws IOException {
        Needs.available("KVM's log with manual protection", KvmDirtyLog.probe(Clearing.BY_CLEAR));
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("first", 0, 4096, new Backing.Anonymous())
                .block("ram", 1L << 32, PAGES * 4096L, new Backing.Anonymous())
                .build();
        block = memory.blocks().get(1);
        pending = new PageBitmap(memory.pages());
    }

    @AfterEach
    void close() {
        pending.close();
        memory.close();
    }

    private KvmSlot slot(int id, long firstPage, long endPage) {
        return new KvmSlot(id, block, firstPage * 4096, (endPage - firstPage) * 4096);
    }

    /** The second slot begins at a page whose bit is not the first of a word, and its last word is not full. */
    @ParameterizedTest
    @EnumSource
    void slotsThatBeginAndEndWithinAWordReportTheirPages(Clearing clearing) throws IOException {
        try (TinyVm vm = new TinyVm(List.of(slot(7, 0, 99), slot(3, 99, PAGES)), memory, 1, 0);
                KvmDirtyLog log = KvmDirtyLog.open(vm.slots(), clearing, 128)) {
            log.start();
            for (long page : List.of(0L, 98L, 99L, 162L, 163L, 999L)) {
                vm.vcpu(0).store(block.guestPhysicalAddress() + page * 4096, page);
                assertThat(log.sync(pending)).as("page " + page).isOne();
                assertThat(pending.contains(block.firstPage() + page))
                        .as("page " + page)
                        .isTrue();
                pending.clear();
            }
            vm.vcpu(0).sweep(block.guestPhysicalAddress(), PAGES, 4096, 1, () -> true);
            assertThat(log.sync(pending)).isEqualTo(PAGES);
            assertThat(pending.count()).isEqualTo(PAGES);
        }
    }

    @Test
    void ringEntriesOfSlotsThatAreNotBlocksReportTheirPages() throws IOException {
        Needs.available("KVM's dirty ring", KvmDirtyRing.probe());
        try (TinyVm vm = new TinyVm(List.of(slot(7, 0, 99), slot(3, 99, PAGES)), memory, 1, 1024);
                KvmDirtyRing log = KvmDirtyRing.open(vm.slots(), 1024, vm.vcpuFds())) {
            log.start();
            vm.vcpu(0).store(block.guestPhysicalAddress() + 99 * 4096, 1);
            assertThat(log.sync(pending)).isOne();
            assertThat(pending.contains(block.firstPage() + 99)).isTrue();
        }
    }

    @Test
    void ringsPushNothingWhenTheLogDoesNotRun() throws IOException {
        Needs.available("KVM's dirty ring", KvmDirtyRing.probe());
        try (TinyVm vm = new TinyVm(List.of(slot(0, 0, PAGES)), memory, 1, 1024);
                KvmDirtyRing log = KvmDirtyRing.open(vm.slots(), 1024, vm.vcpuFds())) {
            vm.vcpu(0).onRingFull(log::onRingFull);
            log.start();
            sweepThrice(vm);
            long exits = vm.vcpu(0).ringFullExits();
            assertThat(exits).isPositive();
            log.stop();
            sweepThrice(vm);
            assertThat(vm.vcpu(0).ringFullExits()).isEqualTo(exits);
        }
    }

    private void sweepThrice(TinyVm vm) {
        for (int i = 0; i < 3; i++) {
            vm.vcpu(0).sweep(block.guestPhysicalAddress(), PAGES, 4096, i, () -> true);
        }
    }

    @Test
    void vmWithRingsRefusesTheOtherLogWhenItIsStarted() throws IOException {
        Needs.available("KVM's dirty ring", KvmDirtyRing.probe());
        try (TinyVm vm = new TinyVm(List.of(slot(0, 0, PAGES)), memory, 1, 1024);
                KvmDirtyLog log = KvmDirtyLog.open(vm.slots(), Clearing.BY_GET)) {
            assertThatThrownBy(log::start)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("request 0x4010ae42")
                    .hasMessageContaining("ENXIO");
            assertThatThrownBy(() -> log.sync(pending)).hasMessage("the log does not run");
        }
    }

    @Test
    void syncThatKvmRefusesReportsEveryPageBecauseItIsNotKnownWhich() throws IOException {
        try (TinyVm vm = new TinyVm(List.of(slot(0, 0, PAGES)), memory, 1, 0);
                KvmDirtyLog log = KvmDirtyLog.open(vm.slots(), Clearing.BY_GET)) {
            log.start();
            vm.slots().remove();
            assertThatThrownBy(() -> log.sync(pending)).hasMessageContaining("ENOENT");
            assertThat(pending.count()).isEqualTo(PAGES);
            vm.slots().install();
        }
    }

    @Test
    void ringsAfterTheFirstVcpuAreRefused() throws IOException {
        Needs.available("KVM's dirty ring", KvmDirtyRing.probe());
        try (TinyVm vm = new TinyVm(List.of(slot(0, 0, PAGES)), memory, 1, 0)) {
            assertThatThrownBy(() -> KvmDirtyRing.enable(vm.fd(), 1024))
                    .hasMessageContaining("request 0x4068aea3")
                    .hasMessageContaining("EINVAL");
        }
    }

    @Test
    void logOfAClosedVmDoesNotStartAndSaysWhy() throws IOException {
        KvmDirtyLog log = KvmDirtyLog.open(new KvmSlots(-1, memory, List.of(slot(0, 0, PAGES))), Clearing.BY_GET);
        assertThatThrownBy(log::start).isInstanceOf(UncheckedIOException.class).hasMessageContaining("EBADF");
        assertThatThrownBy(() -> log.sync(pending)).isInstanceOf(IllegalStateException.class);
        log.close();
        assertThatThrownBy(log::start).isInstanceOf(IllegalStateException.class).hasMessage("the log is closed");
    }

    @Test
    void slotsMustBeWholePagesOfTheirBlockWithNumbersOfTheirOwn() {
        assertThatThrownBy(() -> new KvmSlots(0, memory, List.of(slot(1, 0, 2), slot(1, 2, 4))))
                .hasMessageContaining("same number");
        assertThatThrownBy(() -> new KvmSlots(0, memory, List.of(new KvmSlot(0, block, 1, 4096))))
                .hasMessageContaining("whole");
        assertThatThrownBy(() -> slot(0, 0, PAGES + 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> slot(-1, 0, 1)).hasMessageContaining("-1");
    }

    @Test
    void structuresHaveTheBytesOfTheHeader() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment region = arena.allocate(KvmMemoryRegion.BYTES, 8);
            KvmMemoryRegion.encode(region, slot(5, 1, 3), 1, 0x2000);
            assertThat(region.toArray(ValueLayout.JAVA_LONG))
                    .containsExactly(
                            1L << 32 | 5,
                            (1L << 32) + 4096,
                            0x2000,
                            block.segment().address() + 4096);
            MemorySegment capability = arena.allocate(KvmEnableCap.BYTES, 8);
            KvmEnableCap.encode(capability, 168, 3);
            assertThat(capability.toArray(ValueLayout.JAVA_LONG))
                    .startsWith(168, 3, 0)
                    .hasSize(13);
        }
    }
}
