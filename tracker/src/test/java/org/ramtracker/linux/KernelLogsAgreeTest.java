package org.ramtracker.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.linux.KvmDirtyLog.Clearing;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** The same run of a guest has the same dirty pages in every log of the kernel. */
final class KernelLogsAgreeTest {
    private static final long SEED = Long.getLong("ramtracker.seed", 20261123L);
    private static final int ROUNDS = 20;
    private static final int VCPUS = 2;

    @BeforeAll
    static void needsAll() {
        Needs.available("KVM's log", KvmDirtyLog.probe(Clearing.BY_GET));
        Needs.available("KVM's log with manual protection", KvmDirtyLog.probe(Clearing.BY_CLEAR));
        Needs.available("KVM's dirty ring", KvmDirtyRing.probe());
        Needs.available("PAGEMAP_SCAN", PagemapScanLog.probe());
    }

    @Test
    void sameRunHasTheSameDirtyPagesInEveryLog() throws Exception {
        List<List<Long>> byGet = run(0, (vm, memory) -> KvmDirtyLog.open(vm.slots(), Clearing.BY_GET));
        List<List<Long>> byClear = run(0, (vm, memory) -> KvmDirtyLog.open(vm.slots(), Clearing.BY_CLEAR));
        List<List<Long>> byRing = run(1024, KernelLogsAgreeTest::openRing);
        List<List<Long>> byPagemap = run(0, (vm, memory) -> PagemapScanLog.open(memory));
        assertThat(byGet.stream().mapToInt(List::size).sum()).as("seed " + SEED).isGreaterThan(ROUNDS);
        assertThat(byClear).as("CLEAR, seed " + SEED).isEqualTo(byGet);
        assertThat(byRing).as("ring, seed " + SEED).isEqualTo(byGet);
        assertThat(byPagemap).as("PAGEMAP_SCAN, seed " + SEED).isEqualTo(byGet);
    }

    private static KvmDirtyRing openRing(TinyVm vm, GuestMemory memory) throws IOException {
        KvmDirtyRing log = KvmDirtyRing.open(vm.slots(), 1024, vm.vcpuFds());
        for (int id = 0; id < VCPUS; id++) {
            vm.vcpu(id).onRingFull(log::onRingFull);
        }
        return log;
    }

    @FunctionalInterface
    private interface Opening<L extends DirtyLog & AutoCloseable> {
        L open(TinyVm vm, GuestMemory memory) throws IOException;
    }

    /** The dirty pages of each round. */
    private static <L extends DirtyLog & AutoCloseable> List<List<Long>> run(int ringEntries, Opening<L> opening)
            throws Exception {
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                        .block("low", 0, 67 * 4096L, new Backing.Anonymous())
                        .block("high", 1L << 32, 1500 * 4096L, new Backing.Anonymous())
                        .build();
                TinyVm vm = TinyVm.of(memory, VCPUS, ringEntries);
                PageBitmap pending = new PageBitmap(memory.pages());
                L log = opening.open(vm, memory)) {
            log.start();
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
            List<List<Long>> rounds = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                write(vm, memory, random);
                long ignored = log.sync(pending);
                rounds.add(pagesOf(pending));
                pending.clear();
            }
            return rounds;
        }
    }

    private static void write(TinyVm vm, GuestMemory memory, RandomGenerator random) {
        for (int i = 0, stores = random.nextInt(30); i < stores; i++) {
            RamBlock block = memory.blocks().get(random.nextInt(2));
            long first = random.nextLong(block.pages());
            long count = random.nextInt(10) == 0 ? block.pages() - first : 1;
            vm.vcpu(random.nextInt(VCPUS))
                    .sweep(block.guestPhysicalAddress() + first * 4096, count, 4096, random.nextLong(), () -> true);
        }
    }

    private static List<Long> pagesOf(PageBitmap pending) {
        List<Long> pages = new ArrayList<>();
        for (long page = 0; page < pending.pages(); page++) {
            if (pending.contains(page)) {
                pages.add(page);
            }
        }
        return pages;
    }
}
