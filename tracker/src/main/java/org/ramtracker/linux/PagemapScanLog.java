package org.ramtracker.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * The kernel's log of written pages for any memory of this process, whoever writes it: Java, native code, device back ends, vCPUs
 * of KVM. It is made of asynchronous userfaultfd write protection and PAGEMAP_SCAN (Linux 6.7).
 *
 * <p>Memory may be anonymous, a memfd, an image, huge pages or transparent huge pages, and need never have been touched. Writes through
 * <em>another</em> mapping of a memfd are not seen, in this process or in another.
 *
 * <p><b>Why no write is lost.</b> A page is protected while it counts as clean. The first write faults inside the kernel, which
 * lifts the protection and goes on; no thread waits for another, so Java threads may take these faults. A scan finds the pages
 * without protection and protects them in the same step, under the page table's lock. The order of a sync is fetch and protect,
 * and only then, after it has returned, copy: a write before the protection is in the bytes that are copied after it, a write
 * after it faults and is found by the next scan. Copying before the scan would lose the writes between the two.
 *
 * <p>If a scan fails, what it protected may not have been reported; then every page from where it began to the end of its block is
 * added to the set.
 *
 * <p>Over-reporting: a page is reported for a write anywhere in it or in its host page (2 MiB for reserved huge pages;
 * transparent huge pages are split by the first write), also for an atomic operation that changed nothing, and when the host has
 * taken the page away ({@code MADV_DONTNEED}).
 *
 * <p>Threads: {@link #start}, {@link #sync} and {@link #stop} as the port says; {@link #close} from any thread, and it waits for
 * a sync that is under way. A sync allocates nothing. A running log costs page tables for all memory, touched or not: 2 MiB for
 * each GiB.
 */
public final class PagemapScanLog extends KernelLog {
    private static final int REGIONS_MAX = 4096;
    private static final int PROBE_PAGES = 4;

    private final List<RamBlock> blocks;
    private final FileHandle uffd;
    private final FileHandle pagemap;
    private final PagemapScan scan;
    private final FoundPages found = new FoundPages();

    private PagemapScanLog(GuestMemory memory, FileHandle uffd, FileHandle pagemap, int regionsMax) {
        this.blocks = memory.blocks();
        this.uffd = uffd;
        this.pagemap = pagemap;
        this.scan = new PagemapScan(pagemap, regionsMax, arena);
    }

    /**
     * Whether this host has it, by logging the writes to a few pages: nothing less shows that it works.
     *
     * @return available, or why not
     */
    public static Probe probe() {
        return Probe.of(() -> Userfaultfd.hasAll(Userfaultfd.LOG_FEATURES)
                ? tryOut()
                : Probe.unavailable("userfaultfd has no asynchronous write-protect: it takes Linux 6.7"));
    }

    private static Probe tryOut() throws IOException {
        try (GuestMemory memory = ProbeMemory.map(PROBE_PAGES);
                PageBitmap pending = new PageBitmap(memory.pages());
                PagemapScanLog log = open(memory)) {
            log.start();
            ProbeMemory.write(memory, 2);
            return log.sync(pending) == 1 && pending.contains(2)
                    ? Probe.available("reports writes by page, with asynchronous write-protect")
                    : Probe.unavailable("it did not report the one page that was written to");
        }
    }

    /**
     * A log that does not run yet. It holds two descriptors until it is closed, which is before the memory is.
     *
     * @param memory the guest's memory
     * @return the log
     * @throws LibcException if the kernel refuses; nothing stays open
     */
    public static PagemapScanLog open(GuestMemory memory) throws LibcException {
        return open(memory, REGIONS_MAX);
    }

    static PagemapScanLog open(GuestMemory memory, int regionsMax) throws LibcException {
        FileHandle uffd = Userfaultfd.open();
        try {
            Userfaultfd.enable(uffd, Userfaultfd.LOG_FEATURES);
            return new PagemapScanLog(memory, uffd, FileHandle.open("/proc/self/pagemap", Libc.O_RDONLY), regionsMax);
        } catch (LibcException | RuntimeException | Error e) {
            uffd.close();
            throw e;
        }
    }

    /** Forgets what it held. */
    @Override
    void begin() throws LibcException {
        for (RamBlock block : blocks) {
            Userfaultfd.registerForWrites(uffd, block.segment());
            scan.protect(block.segment());
        }
    }

    /** Of all blocks, also if one is refused. */
    @Override
    void end() throws LibcException {
        Failures failures = new Failures();
        for (RamBlock block : blocks) {
            failures.collect(() -> Userfaultfd.unregister(uffd, block.segment()));
        }
        failures.throwAny();
    }

    @Override
    long collectInto(PageBitmap pending) throws LibcException {
        found.reset();
        for (int i = 0; i < blocks.size(); i++) { // an iterator would be an allocation
            sync(blocks.get(i), pending);
        }
        return found.count();
    }

    private void sync(RamBlock block, PageBitmap pending) throws LibcException {
        found.beginPiece();
        long offsetBytes = 0;
        while (offsetBytes < block.usedLengthBytes()) {
            offsetBytes = sync(block, offsetBytes, pending);
        }
    }

    /** One request; returns where the next one begins. */
    private long sync(RamBlock block, long offsetBytes, PageBitmap pending) throws LibcException {
        MemorySegment memory = block.segment();
        try {
            int regions = scan.findAndProtect(memory, offsetBytes);
            for (int region = 0; region < regions; region++) {
                found.add(block, scan.startBytes(region, memory), scan.endBytes(region, memory), pending);
            }
            return scan.walkEndBytes(memory);
        } catch (LibcException e) {
            found.add(block, offsetBytes, block.usedLengthBytes(), pending);
            throw e;
        }
    }

    @Override
    void release() throws LibcException {
        Failures failures = new Failures();
        failures.collect(uffd::close); // which ends what it had registered
        failures.collect(pagemap::close);
        failures.throwAny();
    }
}
