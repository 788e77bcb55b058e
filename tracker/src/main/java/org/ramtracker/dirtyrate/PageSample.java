package org.ramtracker.dirtyrate;

import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * QEMU's mode {@code page-sampling}: digests of some pages, taken twice. It needs no dirty log and costs the guest nothing, and
 * so it can run beside a migration. What it cannot see is a page that was written with what it held before.
 *
 * <p>Unlike QEMU, which draws each page from a whole block and may draw it twice, the memory is cut into as many equal strata
 * as there are samples, and one page is drawn from each: no page counts twice, and a hot set that lies together is
 * neither missed nor met by luck.
 */
public final class PageSample implements DirtySample {
    /** QEMU's {@code DIRTYRATE_DEFAULT_SAMPLE_PAGES}. */
    public static final int DEFAULT_PAGES_PER_GIB = 512;

    private static final int GIB_SHIFT = 30;

    private final GuestMemory memory;
    private final long[] pages;
    private final int[] digests;
    private final CRC32C crc = new CRC32C();

    private PageSample(GuestMemory memory, long[] pages) {
        this.memory = memory;
        this.pages = pages;
        this.digests = new int[pages.length];
        for (int i = 0; i < pages.length; i++) {
            digests[i] = digest(pages[i]);
        }
    }

    /**
     * Takes the first look.
     *
     * @param memory the guest's memory, which must stay open
     * @param pagesPerGib how many pages to sample in a GiB, at least 1; at least one page is sampled, and none twice
     * @param random draws the pages
     * @return the sample
     */
    public static PageSample take(GuestMemory memory, int pagesPerGib, RandomGenerator random) {
        long pageCount = memory.pageSize().pageOf(memory.totalBytes());
        long wanted = (memory.totalBytes() * pagesPerGib) >> GIB_SHIFT;
        int samples = Math.toIntExact(Math.clamp(wanted, 1, pageCount));
        return new PageSample(memory, drawPages(memory, pageCount, samples, random));
    }

    private static long[] drawPages(GuestMemory memory, long pageCount, int samples, RandomGenerator random) {
        long[] pages = new long[samples];
        for (int i = 0; i < samples; i++) {
            long from = pageCount * i / samples;
            long to = pageCount * (i + 1) / samples;
            pages[i] = pageAt(memory, random.nextLong(from, to));
        }
        return pages;
    }

    /** The page space has holes between blocks; an ordinal counts real pages only. */
    private static long pageAt(GuestMemory memory, long ordinal) {
        long rest = ordinal;
        for (RamBlock block : memory.blocks()) {
            if (rest < block.pages()) {
                return block.firstPage() + rest;
            }
            rest -= block.pages();
        }
        throw new AssertionError("page " + ordinal + " of " + memory.pages());
    }

    private int digest(long page) {
        RamBlock block = memory.blockOfPage(page);
        crc.reset();
        crc.update(block.segment()
                .asSlice(block.offsetBytesOf(page), memory.pageSize().bytes())
                .asByteBuffer());
        return (int) crc.getValue();
    }

    /**
     * How many pages are looked at.
     *
     * @return at least 1
     */
    public int sampledPages() {
        return pages.length;
    }

    /**
     * The second look, unscaled.
     *
     * @return how many of the sampled pages hold something else now
     */
    public int changedPages() {
        int changed = 0;
        for (int i = 0; i < pages.length; i++) {
            if (digest(pages[i]) != digests[i]) {
                changed++;
            }
        }
        return changed;
    }

    /** {@inheritDoc} The share of the sample that changed, of all the memory. */
    @Override
    public long dirtiedBytes() {
        return Math.round((double) memory.totalBytes() * changedPages() / pages.length);
    }

    /** Does nothing: a sample holds no resources. */
    @Override
    public void close() {}
}
