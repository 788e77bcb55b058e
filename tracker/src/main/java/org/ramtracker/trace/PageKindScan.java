package org.ramtracker.trace;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import java.util.zip.Deflater;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.scan.DirtyScanner;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.scan.PageClassifier;

/**
 * Looks once at every page: zero, another byte repeated, or normal. Of the normal ones it draws a sample, each with the same
 * chance wherever it lies (reservoir sampling, Vitter's algorithm R), and compresses that.
 *
 * <p>The guest may run meanwhile. Then each page counts as what it was when it was looked at, until {@link #forget}.
 */
final class PageKindScan implements AutoCloseable {
    private static final int SAMPLE_PAGES_MAX = 1024;
    private static final long SAMPLE_BYTES_MAX = 16L << 20;

    private final GuestMemory memory;
    private final RandomGenerator random;
    private final PageBitmap zeroPages;
    private final PageBitmap duplicatePages;
    private final long[] sample;
    private long normalPages;

    PageKindScan(GuestMemory memory, RandomGenerator random) {
        this.memory = memory;
        this.random = random;
        this.zeroPages = new PageBitmap(memory.pages());
        this.duplicatePages = new PageBitmap(memory.pages());
        this.sample =
                new long[(int) Math.min(SAMPLE_PAGES_MAX, memory.pageSize().pageOf(SAMPLE_BYTES_MAX))];
    }

    /** Looks at all pages. */
    void run() {
        PageClassifier classifier = new PageClassifier(memory.pageSize(), DuplicateBytes.ANY);
        for (RamBlock block : memory.blocks()) {
            for (long page = block.firstPage(); page < block.endPage(); page++) {
                add(page, classifier.classify(block.segment(), block.offsetBytesOf(page)));
            }
        }
    }

    private void add(long page, int kind) {
        switch (kind) {
            case 0 -> zeroPages.add(page, 1);
            case PageClassifier.NORMAL -> addNormal(page);
            default -> duplicatePages.add(page, 1);
        }
    }

    private void addNormal(long page) {
        long slot = normalPages < sample.length ? normalPages : random.nextLong(normalPages + 1);
        if (slot < sample.length) {
            sample[(int) slot] = page;
        }
        normalPages++;
    }

    /** These pages were written meanwhile: what they hold nobody knows, and normal pages take most. */
    void forget(PageBitmap written) {
        DirtyScanner scanner = new DirtyScanner(written);
        long behindRun = 0;
        while (scanner.next(behindRun, written.pages())) {
            drop(zeroPages, scanner);
            drop(duplicatePages, scanner);
            behindRun = scanner.runFirstPage() + scanner.runPages();
        }
    }

    private static void drop(PageBitmap from, DirtyScanner run) {
        long ignored = from.remove(run.runFirstPage(), run.runPages());
    }

    PageBitmap zeroPages() {
        return zeroPages;
    }

    PageBitmap duplicatePages() {
        return duplicatePages;
    }

    /** Compresses the sample, page by page. */
    CompressionSample compression() {
        int count = (int) Math.min(normalPages, sample.length);
        long compressedBytes = 0;
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            byte[] out = new byte[memory.pageSize().bytes()];
            for (int i = 0; i < count; i++) {
                compressedBytes += compressedBytesOf(sample[i], deflater, out);
            }
        } finally {
            deflater.end();
        }
        return new CompressionSample(count, memory.pageSize().toBytes(count), compressedBytes);
    }

    /** What does not fit into {@code out} is no smaller than the page. */
    private long compressedBytesOf(long page, Deflater deflater, byte[] out) {
        RamBlock block = memory.blockOfPage(page);
        MemorySegment content = block.segment()
                .asSlice(block.offsetBytesOf(page), memory.pageSize().bytes());
        deflater.reset();
        deflater.setInput(content.asByteBuffer());
        deflater.finish();
        return deflater.deflate(out);
    }

    @Override
    public void close() {
        zeroPages.close();
        duplicatePages.close();
    }
}
