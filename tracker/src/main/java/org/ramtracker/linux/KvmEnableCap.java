package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.LinuxCalls;

/**
 * {@code struct kvm_enable_cap} ({@code linux/kvm.h}), in host byte order.
 *
 * <pre>
 *   0        4        8                                    40          104
 *   | cap    | flags  | args[0] args[1] args[2] args[3]    | pad[64]    |
 * </pre>
 */
final class KvmEnableCap {
    static final long BYTES = 104;

    private KvmEnableCap() {}

    static void enable(int fd, int capability, long argument) throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(BYTES, Long.BYTES);
            encode(struct, capability, argument);
            int ignored = LinuxCalls.ioctl(fd, KvmApi.KVM_ENABLE_CAP, struct);
        }
    }

    static void encode(MemorySegment struct, int capability, long argument) {
        struct.set(JAVA_INT, 0, capability);
        struct.set(JAVA_INT, 4, 0);
        struct.set(JAVA_LONG, 8, argument);
    }

    /** What a capability is worth to a device or a VM, 0 if it is missing. */
    static int worth(int fd, int capability) throws LibcException {
        return LinuxCalls.ioctl(fd, KvmApi.KVM_CHECK_EXTENSION, capability);
    }
}
