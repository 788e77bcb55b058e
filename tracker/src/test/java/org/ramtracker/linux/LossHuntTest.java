package org.ramtracker.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.LossHunt;
import org.ramtracker.dirty.LossHunt.Order;
import org.ramtracker.linux.KvmDirtyLog.Clearing;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/** Nothing that is written at full speed behind the JVM's back is lost, and a migrator that copies too early is found out. */
final class LossHuntTest {
    private static final int EPISODES = Boolean.getBoolean("ramtracker.soak") ? 20_000 : 100;
    private static final int ROUNDS = 20;
    private static final int RING_ENTRIES = 1024;

    enum Source {
        PAGEMAP,
        PAGEMAP_SHARED,
        KVM_LOG,
        KVM_CLEAR,
        KVM_RING,
        KVM_RING_FULL;

        Probe probe() {
            return switch (this) {
                case PAGEMAP, PAGEMAP_SHARED -> PagemapScanLog.probe();
                case KVM_LOG -> KvmDirtyLog.probe(Clearing.BY_GET);
                case KVM_CLEAR -> KvmDirtyLog.probe(Clearing.BY_CLEAR);
                case KVM_RING, KVM_RING_FULL -> KvmDirtyRing.probe();
            };
        }

        Backing backing(String idstr) {
            return this == PAGEMAP_SHARED ? new Backing.Memfd(idstr) : new Backing.Anonymous();
        }

        int highPages() {
            return this == KVM_RING_FULL ? 1500 : 200;
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterTheLastRoundTheCopyEqualsTheMemory(Source source) throws Exception {
        LossHunt hunt = hunt(source, Order.PROTECT_THEN_COPY);
        assertThat(hunt.pagesLost()).as(hunt.toString()).isZero();
        assertThat(hunt.rounds()).isGreaterThanOrEqualTo((long) EPISODES * ROUNDS);
        assertThat(hunt.pagesFound()).as(hunt.toString()).isGreaterThan(EPISODES);
    }

    @ParameterizedTest
    @EnumSource
    void copyingBeforeProtectingIsCaught(Source source) throws Exception {
        LossHunt hunt = hunt(source, Order.COPY_THEN_PROTECT);
        assertThat(hunt.pagesLost()).as(hunt.toString()).isPositive();
    }

    private static LossHunt hunt(Source source, Order order) throws Exception {
        Needs.available(source.toString(), source.probe());
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                .block("low", 0, 67 * 4096L, source.backing("low"))
                .block("high", 1L << 32, source.highPages() * 4096L, source.backing("high"))
                .build()) {
            memory.populate();
            return switch (source) {
                case PAGEMAP, PAGEMAP_SHARED -> huntNativeWriters(memory, order);
                case KVM_LOG -> huntVcpus(memory, order, 0, Clearing.BY_GET);
                case KVM_CLEAR -> huntVcpus(memory, order, 0, Clearing.BY_CLEAR);
                case KVM_RING, KVM_RING_FULL -> huntVcpus(memory, order, RING_ENTRIES, Clearing.BY_GET);
            };
        }
    }

    private static LossHunt huntNativeWriters(GuestMemory memory, Order order) throws Exception {
        try (Arena arena = Arena.ofShared();
                PagemapScanLog log = PagemapScanLog.open(memory)) {
            List<NativeWriter> writers = List.of(
                    new NativeWriter(memory.blocks().get(0), 4096, arena),
                    new NativeWriter(memory.blocks().get(1), 4096, arena));
            return hunt(memory, log, order, writers);
        }
    }

    private static LossHunt huntVcpus(GuestMemory memory, Order order, int ringEntries, Clearing clearing)
            throws Exception {
        try (TinyVm vm = TinyVm.of(memory, 2, ringEntries)) {
            List<VcpuWriter> writers = IntStream.range(0, 2)
                    .mapToObj(i -> new VcpuWriter(vm.vcpu(i), memory.blocks().get(i), 4096))
                    .toList();
            if (ringEntries == 0) {
                try (KvmDirtyLog log = KvmDirtyLog.open(vm.slots(), clearing)) {
                    return hunt(memory, log, order, writers);
                }
            }
            try (KvmDirtyRing log = openRing(vm, ringEntries)) {
                return hunt(memory, log, order, writers);
            }
        }
    }

    private static KvmDirtyRing openRing(TinyVm vm, int ringEntries) throws IOException {
        KvmDirtyRing log = KvmDirtyRing.open(vm.slots(), ringEntries, vm.vcpuFds());
        vm.vcpu(0).onRingFull(log::onRingFull);
        vm.vcpu(1).onRingFull(log::onRingFull);
        return log;
    }

    private static LossHunt hunt(GuestMemory memory, DirtyLog log, Order order, List<? extends LossHunt.Writer> writers)
            throws Exception {
        log.start();
        LossHunt hunt = new LossHunt(memory, log, order, writers).run(EPISODES, ROUNDS);
        log.stop();
        return hunt;
    }
}
