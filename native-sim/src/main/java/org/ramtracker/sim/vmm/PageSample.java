package org.ramtracker.sim.vmm;

import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/** A look at some pages of a guest, to learn what its destination has to expect. */
public final class PageSample {
    private static final long PAGES_MAX = 1024;

    private PageSample() {}

    /**
     * Whether most of a guest's memory holds something else than zero.
     *
     * @param memory the memory, of which up to 1024 pages are looked at, evenly spread over {@code pc.ram}
     * @return true if at least half of them do
     */
    public static boolean isMostlyData(GuestMemory memory) {
        MemoryKernels kernels = Kernels.chosen();
        RamBlock ram = memory.find(Machine.RAM).orElseThrow();
        long stride = Math.max(1, ram.pages() / PAGES_MAX);
        long looked = 0;
        long data = 0;
        for (long page = ram.firstPage(); page < ram.endPage(); page += stride) {
            looked++;
            long offsetBytes = ram.offsetBytesOf(page);
            data += kernels.isZero(ram.segment(), offsetBytes, memory.pageSize().bytes()) ? 0 : 1;
        }
        return 2 * data >= looked;
    }
}
