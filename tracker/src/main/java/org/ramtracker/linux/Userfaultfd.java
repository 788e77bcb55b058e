package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.LinuxCalls;

/**
 * The userfaultfd structures, from {@code linux/userfaultfd.h}; all fields are u64 in host byte order.
 *
 * <pre>
 *  uffdio_api       0 api (0xAA)   8 features in, out   16 ioctls out
 *  uffdio_register  0 start        8 length in bytes    16 mode          24 ioctls out
 *  uffdio_range     0 start        8 length in bytes
 * </pre>
 */
final class Userfaultfd {
    static final long FEATURE_PAGEFAULT_FLAG_WP = 1 << 0;
    static final long FEATURE_MISSING_SHMEM = 1 << 5;
    static final long FEATURE_WP_HUGETLBFS_SHMEM = 1 << 12;
    static final long FEATURE_WP_UNPOPULATED = 1 << 13;
    static final long FEATURE_WP_ASYNC = 1 << 15;

    /** What a log of writes takes, for memory of every kind. */
    static final long LOG_FEATURES = FEATURE_WP_ASYNC | FEATURE_WP_UNPOPULATED | FEATURE_WP_HUGETLBFS_SHMEM;

    private static final long UFFDIO_API = 0xC018AA3FL;
    private static final long UFFDIO_REGISTER = 0xC020AA00L;
    private static final long UFFDIO_UNREGISTER = 0x8010AA01L;
    private static final long API = 0xAA;
    private static final long API_BYTES = 24;
    private static final long REGISTER_BYTES = 32;
    private static final long RANGE_BYTES = 16;
    private static final long REGISTER_MODE_WP = 2;

    private Userfaultfd() {}

    /** A new descriptor that handles the faults of user space only, which needs no privilege. */
    static FileHandle open() throws LibcException {
        return new FileHandle(
                LinuxCalls.userfaultfd(Libc.O_CLOEXEC | LinuxCalls.O_NONBLOCK | LinuxCalls.UFFD_USER_MODE_ONLY));
    }

    /** What the kernel can do. Asked on a descriptor of its own, because each does the handshake once. */
    static long supportedFeatures() throws LibcException {
        try (FileHandle uffd = open()) {
            return handshake(uffd, 0);
        }
    }

    static boolean hasAll(long features) throws LibcException {
        return (supportedFeatures() & features) == features;
    }

    /** Enables features on a new descriptor, all of them supported. */
    static void enable(FileHandle uffd, long features) throws LibcException {
        long ignored = handshake(uffd, features);
    }

    private static long handshake(FileHandle uffd, long features) throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment api = arena.allocate(API_BYTES, Long.BYTES);
            api.set(JAVA_LONG, 0, API);
            api.set(JAVA_LONG, 8, features);
            long ignored = LinuxCalls.ioctl(uffd.fd(), UFFDIO_API, api);
            return api.get(JAVA_LONG, 8);
        }
    }

    /** Tracks writes to memory, whole host pages, until it is unregistered or the descriptor is closed. */
    static void registerForWrites(FileHandle uffd, MemorySegment memory) throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment register = arena.allocate(REGISTER_BYTES, Long.BYTES);
            register.set(JAVA_LONG, 0, memory.address());
            register.set(JAVA_LONG, 8, memory.byteSize());
            register.set(JAVA_LONG, 16, REGISTER_MODE_WP);
            long ignored = LinuxCalls.ioctl(uffd.fd(), UFFDIO_REGISTER, register);
        }
    }

    /** Tracks writes to memory no longer. */
    static void unregister(FileHandle uffd, MemorySegment memory) throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment range = arena.allocate(RANGE_BYTES, Long.BYTES);
            range.set(JAVA_LONG, 0, memory.address());
            range.set(JAVA_LONG, 8, memory.byteSize());
            int ignored = LinuxCalls.ioctl(uffd.fd(), UFFDIO_UNREGISTER, range);
        }
    }

    static Probe probe() {
        return Probe.of(
                () -> Probe.available("for faults of user space: " + String.join(", ", names(supportedFeatures()))));
    }

    private static List<String> names(long features) {
        List<String> names = new ArrayList<>(List.of("missing"));
        addIf(features, FEATURE_MISSING_SHMEM, "missing in shared memory", names);
        addIf(features, FEATURE_PAGEFAULT_FLAG_WP, "write-protect", names);
        addIf(features, FEATURE_WP_HUGETLBFS_SHMEM, "write-protect in shared memory", names);
        addIf(features, FEATURE_WP_ASYNC, "asynchronous write-protect", names);
        return names;
    }

    private static void addIf(long features, long feature, String name, List<String> names) {
        if ((features & feature) != 0) {
            names.add(name);
        }
    }
}
