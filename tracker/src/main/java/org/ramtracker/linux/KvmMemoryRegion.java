package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.LinuxCalls;

/**
 * {@code struct kvm_userspace_memory_region} ({@code linux/kvm.h}), in host byte order.
 *
 * <pre>
 *   0        4        8                    16                24                  32
 *   | slot   | flags  | guest_phys_addr    | memory_size     | userspace_addr    |
 * </pre>
 */
final class KvmMemoryRegion implements AutoCloseable {
    static final long BYTES = 32;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment struct = arena.allocate(BYTES, Long.BYTES);

    /** Creates the slot, or changes the flags of one that is there. */
    void set(int vmFd, KvmSlot slot, int flags) throws LibcException {
        call(vmFd, slot, flags, slot.lengthBytes());
    }

    void remove(int vmFd, KvmSlot slot) throws LibcException {
        call(vmFd, slot, 0, 0);
    }

    private void call(int vmFd, KvmSlot slot, int flags, long lengthBytes) throws LibcException {
        encode(struct, slot, flags, lengthBytes);
        int ignored = LinuxCalls.ioctl(vmFd, KvmApi.KVM_SET_USER_MEMORY_REGION, struct);
    }

    static void encode(MemorySegment struct, KvmSlot slot, int flags, long lengthBytes) {
        struct.set(JAVA_INT, 0, slot.id());
        struct.set(JAVA_INT, 4, flags);
        struct.set(JAVA_LONG, 8, slot.block().guestPhysicalAddress() + slot.offsetBytes());
        struct.set(JAVA_LONG, 16, lengthBytes);
        struct.set(JAVA_LONG, 24, slot.block().segment().address() + slot.offsetBytes());
    }

    @Override
    public void close() {
        arena.close();
    }
}
