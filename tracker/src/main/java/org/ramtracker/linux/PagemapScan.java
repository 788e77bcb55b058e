package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.LinuxCalls;

/**
 * PAGEMAP_SCAN on {@code /proc/self/pagemap} (Linux 6.7), from {@code linux/fs.h}; all fields are u64 in host byte order. The
 * memory of the request and of its answer is allocated once.
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

    private final FileHandle pagemap;
    private final MemorySegment argument;
    private final MemorySegment regions;
    private final int regionsMax;

    /** Room for so many regions in the answer to one request. */
    PagemapScan(FileHandle pagemap, int regionsMax, Arena arena) {
        this.pagemap = pagemap;
        this.regionsMax = regionsMax;
        this.regions = arena.allocate(regionsMax * REGION_BYTES, Long.BYTES);
        this.argument = arena.allocate(ARGUMENT_BYTES, Long.BYTES);
        argument.set(JAVA_LONG, 0, ARGUMENT_BYTES);
        argument.set(JAVA_LONG, 8, FLAG_WP_MATCHING | FLAG_CHECK_WPASYNC);
        argument.set(JAVA_LONG, 72, PAGE_IS_WRITTEN);
        argument.set(JAVA_LONG, 88, PAGE_IS_WRITTEN);
    }

    /**
     * Finds written pages of memory from an offset on, and protects what it found. Returns how many regions there are; if the
     * answer was full before the end, {@link #walkEndBytes} is where to go on.
     */
    int findAndProtect(MemorySegment memory, long offsetBytes) throws LibcException {
        return scan(memory, offsetBytes, regions.address(), regionsMax);
    }

    /** Protects all memory, whatever was written. */
    void protect(MemorySegment memory) throws LibcException {
        int ignored = scan(memory, 0, 0, 0);
    }

    private int scan(MemorySegment memory, long offsetBytes, long regionsAddress, long regionCount)
            throws LibcException {
        argument.set(JAVA_LONG, 16, memory.address() + offsetBytes);
        argument.set(JAVA_LONG, 24, memory.address() + memory.byteSize());
        argument.set(JAVA_LONG, 32, 0L);
        argument.set(JAVA_LONG, 40, regionsAddress);
        argument.set(JAVA_LONG, 48, regionCount);
        return LinuxCalls.ioctl(pagemap.fd(), PAGEMAP_SCAN, argument);
    }

    /** How far the last request came, as an offset in the memory. */
    long walkEndBytes(MemorySegment memory) {
        return argument.get(JAVA_LONG, 32) - memory.address();
    }

    /** First byte of a region that was found, as an offset in the memory. */
    long startBytes(int region, MemorySegment memory) {
        return regions.get(JAVA_LONG, region * REGION_BYTES) - memory.address();
    }

    /** End of a region that was found, as an offset in the memory. */
    long endBytes(int region, MemorySegment memory) {
        return regions.get(JAVA_LONG, region * REGION_BYTES + 8) - memory.address();
    }
}
