package org.ramtracker.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.dirty.TrackedWriter;
import org.ramtracker.dirty.UnionDirtyLog;
import org.ramtracker.example.KernelLogsExample;
import org.ramtracker.linux.KvmDirtyLog.Clearing;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/** What the guide shows of the kernel's logs, run. */
final class KernelLogsExampleTest {
    private GuestMemory memory;
    private PageBitmap pending;

    @BeforeEach
    void open() throws IOException {
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, 100 * 4096, new Backing.Anonymous())
                .build();
        pending = new PageBitmap(memory.pages());
    }

    @AfterEach
    void close() {
        pending.close();
        memory.close();
    }

    @Test
    void allWritesAreLogged() throws IOException {
        Needs.available("PAGEMAP_SCAN", PagemapScanLog.probe());
        try (PagemapScanLog log = KernelLogsExample.logOfAllWrites(memory)) {
            log.start();
            ProbeMemory.write(memory, 7);
            assertThat(log.sync(pending)).isOne();
        }
    }

    @Test
    void vcpusAndDevicesAreLoggedTogether() throws IOException {
        Needs.available("KVM's log with manual protection", KvmDirtyLog.probe(Clearing.BY_CLEAR));
        try (TinyVm vm = TinyVm.of(memory, 1, 0);
                KvmDirtyLog log = KernelLogsExample.logOfVcpuWrites(vm.fd(), memory)) {
            assertThatBothAreLogged(vm, log);
        }
    }

    @Test
    void vcpusWithRingsAndDevicesAreLoggedTogether() throws IOException {
        Needs.available("KVM's dirty ring", KvmDirtyRing.probe());
        try (TinyVm vm = TinyVm.of(memory, 1, KernelLogsExample.RING_ENTRIES);
                KvmDirtyRing log = KernelLogsExample.openRings(vm.fd(), memory, vm.vcpuFds())) {
            assertThat(KernelLogsExample.makeRoom(KvmApi.KVM_EXIT_IO, log)).isFalse();
            assertThat(KernelLogsExample.makeRoom(KvmApi.KVM_EXIT_DIRTY_RING_FULL, log))
                    .isTrue();
            assertThatBothAreLogged(vm, log);
        }
    }

    private void assertThatBothAreLogged(TinyVm vm, DirtyLog vcpuWrites) {
        try (DirtyBitmap marks = new DirtyBitmap(memory.pages());
                UnionDirtyLog log = KernelLogsExample.withDevices(memory, vcpuWrites, marks)) {
            log.start();
            vm.vcpu(0).store(3 * 4096, 1);
            new TrackedWriter(marks).putLong(memory.blocks().getFirst(), 5 * 4096, 2);
            assertThat(log.sync(pending)).isEqualTo(2);
            assertThat(pending.contains(3)).isTrue();
            assertThat(pending.contains(5)).isTrue();
            log.stop();
        }
    }

    @Test
    void aVmThatHasVcpusIsGivenNoRingsAndAClosedOneRunsNoGuest() throws IOException {
        Needs.available("KVM's dirty ring", KvmDirtyRing.probe());
        try (TinyVm vm = TinyVm.of(memory, 1, 0)) {
            assertThatThrownBy(() -> KernelLogsExample.giveRings(vm.fd())).hasMessageContaining("EINVAL");
            assertThat(KernelLogsExample.run(-1)).isNegative();
        }
    }
}
