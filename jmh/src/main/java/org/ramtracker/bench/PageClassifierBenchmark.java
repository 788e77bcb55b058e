package org.ramtracker.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ramtracker.memory.PageSize;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.scan.PageClassifier;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/**
 * Time to classify a page of 4 KiB: 4096 divided by the score is GB/s. {@code plainRead} reads the same bytes and decides
 * nothing; it is the limit.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
public class PageClassifierBenchmark {
    private static final int PAGES = 1 << 16;
    private static final PageSize PAGE_SIZE = PageSize.KIB_4;
    private static final int LARGE_PAGES = 4;
    private static final int PAGE_BYTES = PAGE_SIZE.bytes();

    /** Where the pages are. */
    public enum Place {
        /** 16 KiB, over and over. */
        L1(4),
        /** 256 MiB, several times the last-level cache. */
        MEMORY(PAGES);

        private final int pages;

        Place(int pages) {
            this.pages = pages;
        }
    }

    /** What the pages hold, and so how early the answer is known. */
    public enum Content {
        /** Zero pages. */
        ZERO(0, 0),
        /** Pages of another byte. */
        DUPLICATE(0x5a, 0x5a),
        /** A byte of the first word differs. */
        FIRST_WORD(3, PageClassifier.NORMAL),
        /** The last byte differs. */
        LAST_WORD(PAGE_BYTES - 1, PageClassifier.NORMAL);

        private final int byteOrPosition;
        private final int answer;

        Content(int byteOrPosition, int answer) {
            this.byteOrPosition = byteOrPosition;
            this.answer = answer;
        }

        private void fill(MemorySegment page) {
            if (answer == PageClassifier.NORMAL) {
                page.fill((byte) 0);
                page.set(ValueLayout.JAVA_BYTE, byteOrPosition, (byte) 1);
            } else {
                page.fill((byte) byteOrPosition);
            }
        }
    }

    /** Where the pages are. */
    @Param
    public Place place = Place.L1;

    /** What they hold. */
    @Param
    public Content content = Content.ZERO;

    /** What only the C baseline needs. */
    @State(Scope.Thread)
    public static class C {
        private final CKernels kernels = CKernels.compile();

        /** Checks that C answers the same. */
        @Setup
        public void check(PageClassifierBenchmark benchmark) {
            Checks.equal("C", benchmark.cKernel(this), benchmark.scalar());
        }
    }

    private Arena arena;
    private MemorySegment memory;
    private PageClassifier scalar;
    private PageClassifier vector;
    private PageClassifier vectorLarge;

    /** Fills the pages and checks that everything that is measured answers rightly. */
    @Setup
    public void fillAndCheck() {
        arena = Arena.ofShared();
        memory = arena.allocate(PAGE_SIZE.toBytes(place.pages), PAGE_BYTES);
        memory.elements(MemoryLayout.sequenceLayout(PAGE_BYTES, ValueLayout.JAVA_BYTE))
                .forEach(content::fill);
        scalar = new PageClassifier(Kernels.scalar(), PAGE_SIZE, DuplicateBytes.ANY);
        vector = new PageClassifier(vectorKernels(), PAGE_SIZE, DuplicateBytes.ANY);
        vectorLarge = new PageClassifier(
                vectorKernels(), PageSize.ofBytes(PAGE_SIZE.toBytes(LARGE_PAGES)), DuplicateBytes.ANY);
        long expected = (long) content.answer * PAGES;
        Checks.equal("scalar", scalar(), expected);
        Checks.equal("vector", vector(), expected);
        Checks.equal("mismatch", mismatch(), content.answer == PageClassifier.NORMAL ? 0 : PAGES);
        Checks.equal("plainRead", plainRead() == 0 ? 0 : 1, content == Content.ZERO ? 0 : 1);
    }

    private static MemoryKernels vectorKernels() {
        if (Kernels.chosen().equals(Kernels.scalar())) {
            throw new IllegalStateException("no vector kernels to measure: " + Kernels.reason());
        }
        return Kernels.chosen();
    }

    /** Gives the memory back. */
    @TearDown
    public void free() {
        arena.close();
    }

    /**
     * A word at a time.
     *
     * @return sum of the answers
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Limit("plainRead")
    public long scalar() {
        return classify(scalar);
    }

    /**
     * The Vector API twin.
     *
     * @return sum of the answers
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Limit(value = "plainRead", goal = 0.9)
    @Limit(value = "cKernel", goal = 0.8)
    public long vector() {
        return classify(vector);
    }

    /**
     * The same memory in pages of 16 KiB, by the time for 4 KiB of it: what is left when a call costs a quarter.
     *
     * @return sum of the answers
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Limit(value = "plainRead", goal = 0.9)
    @Limit(value = "cKernel", goal = 0.8)
    public long vectorLargePages() {
        long answers = 0;
        for (int i = 0; i < PAGES; i += LARGE_PAGES) {
            answers += vectorLarge.classify(memory, offsetBytes(i));
        }
        return answers;
    }

    private long classify(PageClassifier classifier) {
        long answers = 0;
        for (int i = 0; i < PAGES; i++) {
            answers += classifier.classify(memory, offsetBytes(i));
        }
        return answers;
    }

    /**
     * The same decisions by a C compiler.
     *
     * @return sum of the answers
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long cKernel(C c) {
        return c.kernels.classify(memory, PAGES, place.pages - 1L);
    }

    /**
     * The JDK's own comparison: a page is one byte repeated if it equals itself shifted by a byte.
     *
     * @return how many pages are one byte repeated
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long mismatch() {
        long duplicates = 0;
        for (int i = 0; i < PAGES; i++) {
            long from = offsetBytes(i);
            long to = from + PAGE_BYTES;
            duplicates += MemorySegment.mismatch(memory, from, to - 1, memory, from + 1, to) < 0 ? 1 : 0;
        }
        return duplicates;
    }

    private long offsetBytes(int index) {
        return PAGE_SIZE.toBytes(index & (place.pages - 1));
    }

    /**
     * The limit.
     *
     * @return all words ORed
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long plainRead() {
        long words = 0;
        for (int i = 0; i < PAGES; i += place.pages) {
            words |= PlainRead.read(memory, 0, memory.byteSize());
        }
        return words;
    }
}
