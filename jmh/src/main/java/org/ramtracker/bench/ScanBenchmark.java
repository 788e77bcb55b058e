package org.ramtracker.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.scan.DirtyScanner;

/** From the bitmap of a 512 GiB guest to runs of pages: 2^27 pages of 4 KiB, 16 MiB of bitmap. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ScanBenchmark {
    private static final long PAGES = 1L << 27;

    /** Which pages are dirty. */
    public enum Dirty {
        /** One page in 4096: 32,768 runs. */
        SPARSE(4096, 1),
        /** 512 pages, 2 MiB of guest memory, in 4096, beginning within a word: 32,768 runs. */
        CLUSTERED(4096, 512),
        /** Every page: one run. */
        FULL(PAGES, PAGES);

        private final long stridePages;
        private final long runPages;

        Dirty(long stridePages, long runPages) {
            this.stridePages = stridePages;
            this.runPages = runPages;
        }

        private void mark(PageBitmap pages) {
            long firstPage = runPages == stridePages ? 0 : 1000;
            for (long page = firstPage; page < PAGES; page += stridePages) {
                pages.add(page, runPages);
            }
        }

        private long runs() {
            return PAGES / stridePages;
        }
    }

    /** Which pages are dirty. */
    @Param
    public Dirty dirty = Dirty.FULL;

    private final PageBitmap pages = new PageBitmap(PAGES);
    private final DirtyScanner scanner = new DirtyScanner(pages);

    /** What only the C baseline needs. */
    @State(Scope.Thread)
    public static class C {
        private final CKernels kernels = CKernels.compile();

        /** Checks that C finds the same runs. */
        @Setup
        public void check(ScanBenchmark benchmark) {
            Checks.equal("C", kernels.runs(benchmark.pages.words(), PAGES), benchmark.runs());
        }
    }

    /** Marks pages, and checks that they are all found. */
    @Setup
    public void mark() {
        dirty.mark(pages);
        long runs = 0;
        long found = 0;
        for (long page = 0; scanner.next(page, PAGES); page = scanner.runFirstPage() + scanner.runPages()) {
            runs++;
            found += scanner.runPages();
        }
        Checks.equal("the number of runs", runs, dirty.runs());
        Checks.equal("the number of pages", found, pages.count());
    }

    /** Frees the bitmap. */
    @TearDown
    public void free() {
        pages.close();
    }

    /** A checksum over all runs. */
    @Benchmark
    @Limit("cRuns")
    @Limit("plainRead")
    public long runs() {
        long sum = 0;
        for (long page = 0; scanner.next(page, PAGES); page = scanner.runFirstPage() + scanner.runPages()) {
            sum = sum * 31 + scanner.runFirstPage() + scanner.runPages() * 7;
        }
        return sum;
    }

    /** The same in C. */
    @Benchmark
    public long cRuns(C c) {
        return c.kernels.runs(pages.words(), PAGES);
    }

    /** The bitmap read with vectors. */
    @Benchmark
    public long plainRead() {
        return PlainRead.read(pages.words(), 0, PAGES / Byte.SIZE);
    }
}
