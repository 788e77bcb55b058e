package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.LinuxCalls;

/**
 * PAGEMAP_SCAN on {@code /proc/self/pagemap} (Linux 6.7), from {@code linux/fs.h}; all fields are u64 in host byte order.
 *
 * <pre>
 *  pm_scan_arg   0 size (96)         8 flags            16 start              24 end
 *               32 walk_end out     40 vec             48 vec_len            56 max_pages
 *               64 category_inverted 72 category_mask  80 category_anyof_mask 88 return_mask
 *  page_region   0 start             8 end             16 categories
 * </pre>
 */
final class PagemapScan {
    private static final long PAGEMAP_SCAN = 0xC0606610L;
    private static final long ARGUMENT_BYTES = 96;
    private static final long REGION_BYTES = 24;
    private static final long FLAG_WP_MATCHING = 1;

    /** Fails on memory that is not registered, instead of reporting it as clean. */
    private static final long FLAG_CHECK_WPASYNC = 2;

    private static final long PAGE_IS_WRITTEN = 2;
    private static final int PROBE_PAGES = 4;
    private static final int PROBE_WRITTEN_PAGE = 2;

    private PagemapScan() {}

    /** Tracks the writes to a few pages, for nothing less shows that it works. */
    static Probe probe() {
        return Probe.of(() -> {
            long needed = Userfaultfd.FEATURE_WP_ASYNC | Userfaultfd.FEATURE_WP_UNPOPULATED;
            return (Userfaultfd.supportedFeatures() & needed) == needed
                    ? track(needed)
                    : Probe.unavailable("userfaultfd has no asynchronous write-protect: it takes Linux 6.7");
        });
    }

    private static Probe track(long features) throws LibcException {
        try (Arena arena = Arena.ofConfined();
                FileHandle uffd = Userfaultfd.open();
                FileHandle pagemap = FileHandle.open("/proc/self/pagemap", Libc.O_RDONLY)) {
            Userfaultfd.enable(uffd, features);
            return track(uffd, pagemap, arena);
        }
    }

    private static Probe track(FileHandle uffd, FileHandle pagemap, Arena arena) throws LibcException {
        long pageBytes = Libc.pageSizeBytes();
        MemorySegment memory =
                Libc.mmap(PROBE_PAGES * pageBytes, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, Libc.NO_FD, 0, arena);
        Userfaultfd.registerForWrites(uffd, memory);
        MemorySegment regions = arena.allocate(PROBE_PAGES * REGION_BYTES, Long.BYTES);
        int ignored = scanAndProtect(pagemap, memory, regions, arena);
        memory.set(JAVA_BYTE, PROBE_WRITTEN_PAGE * pageBytes, (byte) 1);
        int found = scanAndProtect(pagemap, memory, regions, arena);
        return verdict(found, regions, memory.address() + PROBE_WRITTEN_PAGE * pageBytes, pageBytes);
    }

    private static Probe verdict(int found, MemorySegment regions, long writtenAddress, long pageBytes) {
        boolean exact = found == 1
                && regions.get(JAVA_LONG, 0) == writtenAddress
                && regions.get(JAVA_LONG, 8) == writtenAddress + pageBytes;
        return exact
                ? Probe.available("reports writes by page, with asynchronous write-protect")
                : Probe.unavailable("it did not report the one page that was written to");
    }

    /** Returns how many regions were written since the last scan. */
    private static int scanAndProtect(FileHandle pagemap, MemorySegment memory, MemorySegment regions, Arena arena)
            throws LibcException {
        MemorySegment argument = arena.allocate(ARGUMENT_BYTES, Long.BYTES);
        argument.set(JAVA_LONG, 0, ARGUMENT_BYTES);
        argument.set(JAVA_LONG, 8, FLAG_WP_MATCHING | FLAG_CHECK_WPASYNC);
        argument.set(JAVA_LONG, 16, memory.address());
        argument.set(JAVA_LONG, 24, memory.address() + memory.byteSize());
        argument.set(JAVA_LONG, 40, regions.address());
        argument.set(JAVA_LONG, 48, regions.byteSize() / REGION_BYTES);
        argument.set(JAVA_LONG, 72, PAGE_IS_WRITTEN);
        argument.set(JAVA_LONG, 88, PAGE_IS_WRITTEN);
        return LinuxCalls.ioctl(pagemap.fd(), PAGEMAP_SCAN, argument);
    }
}
