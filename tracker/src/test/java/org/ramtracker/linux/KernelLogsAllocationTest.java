package org.ramtracker.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.dirty.UnionDirtyLog;
import org.ramtracker.linux.KvmDirtyLog.Clearing;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/** A sync of the kernel's logs allocates nothing, once it is compiled. */
final class KernelLogsAllocationTest {
    private static final int PAGES = 1000;
    private static final long COMPILED_WITHIN_NANOS = 60_000_000_000L;
    private static final int REPEATS = 1_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private GuestMemory memory;
    private PageBitmap pending;

    @BeforeEach
    void open() throws Exception {
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, PAGES * 4096L, new Backing.Anonymous())
                .build();
        pending = new PageBitmap(memory.pages());
    }

    @AfterEach
    void close() {
        pending.close();
        memory.close();
    }

    @Test
    void syncOfPagemapScanAllocatesNothing() throws Exception {
        Needs.available("PAGEMAP_SCAN", PagemapScanLog.probe());
        try (PagemapScanLog log = PagemapScanLog.open(memory, 16)) {
            assertSyncComesToAllocateNothing(log, () -> ProbeMemory.write(memory, 77));
        }
    }

    @Test
    void syncOfKvmsLogAllocatesNothing() throws Exception {
        for (Clearing clearing : Clearing.values()) {
            Needs.available("KVM's log", KvmDirtyLog.probe(clearing));
            try (TinyVm vm = TinyVm.of(memory, 1, 0);
                    KvmDirtyLog log = KvmDirtyLog.open(vm.slots(), clearing)) {
                assertSyncComesToAllocateNothing(log, () -> vm.vcpu(0).store(4096, 1));
            }
        }
    }

    @Test
    void syncOfAUnionWithKvmsRingAllocatesNothing() throws Exception {
        Needs.available("KVM's dirty ring", KvmDirtyRing.probe());
        try (TinyVm vm = TinyVm.of(memory, 1, 1024);
                DirtyBitmap marks = new DirtyBitmap(memory.pages());
                KvmDirtyRing ring = KvmDirtyRing.open(vm.slots(), 1024, vm.vcpuFds());
                UnionDirtyLog log = new UnionDirtyLog(memory.pages(), List.of(ring, new DirtyBitmapLog(marks)))) {
            assertSyncComesToAllocateNothing(log, () -> vm.vcpu(0).store(4096, 1));
            ring.stop();
        }
    }

    /** It is asked again until the compiler has come round to it. Only the syncs are measured, not the guest. */
    private void assertSyncComesToAllocateNothing(DirtyLog log, Runnable write) {
        log.start();
        long start = System.nanoTime();
        long allocatedBytes;
        do {
            allocatedBytes = 0;
            for (int i = 0; i < REPEATS; i++) {
                write.run();
                long before = threads.getCurrentThreadAllocatedBytes();
                long found = log.sync(pending);
                allocatedBytes += threads.getCurrentThreadAllocatedBytes() - before;
                assertThat(found).isOne();
            }
        } while (allocatedBytes > 0 && System.nanoTime() - start < COMPILED_WITHIN_NANOS);
        assertThat(allocatedBytes).isZero();
        log.stop();
    }
}
