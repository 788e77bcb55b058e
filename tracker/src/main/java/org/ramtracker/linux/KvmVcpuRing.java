package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;

/**
 * The ring of one vCPU, memory that KVM shares with us: {@code struct kvm_dirty_gfn} ({@code linux/kvm.h}), in host byte order.
 *
 * <pre>
 *   0        4        8                    16
 *   | flags  | slot   | offset in pages    |       entries: a power of two; an entry's index only grows
 *
 *   flags    0 empty  --KVM-->  1 dirty  --us-->  2 harvested  --KVM_RESET_DIRTY_RINGS-->  0
 * </pre>
 *
 * <p>{@code dirty} is read with acquire, which pairs with KVM's release after it filled the entry; {@code harvested} is written
 * with release, after the entry was read.
 */
final class KvmVcpuRing {
    static final int ENTRY_BYTES = 16;

    private static final int FLAG_DIRTY = 1;
    private static final int FLAG_RESET = 2;
    private static final VarHandle FLAGS = JAVA_INT.varHandle();

    private final MemorySegment ring;
    private final long indexMask;
    private long next;

    KvmVcpuRing(MemorySegment ring) {
        this.ring = ring;
        this.indexMask = ring.byteSize() / ENTRY_BYTES - 1;
    }

    static KvmVcpuRing map(int vcpuFd, int entries, long hostPageBytes, Arena arena) throws LibcException {
        long offsetBytes = KvmApi.KVM_DIRTY_LOG_PAGE_OFFSET * hostPageBytes;
        return new KvmVcpuRing(Libc.mmap((long) entries * ENTRY_BYTES, Libc.MAP_SHARED, vcpuFd, offsetBytes, arena));
    }

    /** Where a dirty page goes. */
    @FunctionalInterface
    interface Sink {
        void markHostPage(int slot, long hostPage);
    }

    /** Harvests what is in the ring, at most one turn of it. What was harvested is to be reset. */
    void harvest(Sink sink) {
        long end = next + indexMask + 1;
        while (next < end && harvestEntry((next & indexMask) * ENTRY_BYTES, sink)) {
            next++;
        }
    }

    /** How many entries were harvested, ever. */
    long harvested() {
        return next;
    }

    private boolean harvestEntry(long entry, Sink sink) {
        if (((int) FLAGS.getAcquire(ring, entry) & FLAG_DIRTY) == 0) {
            return false;
        }
        sink.markHostPage(ring.get(JAVA_INT, entry + 4), ring.get(JAVA_LONG, entry + 8));
        FLAGS.setRelease(ring, entry, FLAG_RESET);
        return true;
    }
}
