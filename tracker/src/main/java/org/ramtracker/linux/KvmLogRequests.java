package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.LinuxCalls;

/**
 * The two requests about a slot's bitmap ({@code linux/kvm.h}), in host byte order. The memory of both is allocated once.
 *
 * <pre>
 *   kvm_dirty_log          0 slot   4 padding     8 bitmap address                              16 bytes
 *   kvm_clear_dirty_log    0 slot   4 num_pages   8 first_page        16 bitmap address         24 bytes
 * </pre>
 *
 * <p>{@code first_page} is a multiple of 64; {@code num_pages} too, unless the range ends where the slot ends. Bit 0 of the
 * bitmap of the second request is {@code first_page}.
 */
final class KvmLogRequests {
    private static final long GET_BYTES = 16;
    private static final long CLEAR_BYTES = 24;

    private final int vmFd;
    private final MemorySegment get;
    private final MemorySegment clear;

    KvmLogRequests(int vmFd, Arena arena) {
        this.vmFd = vmFd;
        this.get = arena.allocate(GET_BYTES, Long.BYTES);
        this.clear = arena.allocate(CLEAR_BYTES, Long.BYTES);
    }

    /** Fetches a slot's bitmap; without manual protection also clears it and protects its pages. */
    void get(int slot, MemorySegment bitmap) throws LibcException {
        get.set(JAVA_INT, 0, slot);
        get.set(JAVA_LONG, 8, bitmap.address());
        int ignored = LinuxCalls.ioctl(vmFd, KvmApi.KVM_GET_DIRTY_LOG, get);
    }

    /** Clears the pages {@code [firstPage, endPage)} of a slot, those that are set in its bitmap, and protects them. */
    void clear(int slot, MemorySegment bitmap, long firstPage, long endPage) throws LibcException {
        clear.set(JAVA_INT, 0, slot);
        clear.set(JAVA_INT, 4, Math.toIntExact(endPage - firstPage));
        clear.set(JAVA_LONG, 8, firstPage);
        clear.set(JAVA_LONG, 16, bitmap.address() + firstPage / Byte.SIZE);
        int ignored = LinuxCalls.ioctl(vmFd, KvmApi.KVM_CLEAR_DIRTY_LOG, clear);
    }
}
