package org.ramtracker.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
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
    private static final int PAGE_BYTES = PAGE_SIZE.bytes();
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int VECTOR_BYTES = SPECIES.vectorByteSize();

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

    private Arena arena;
    private MemorySegment memory;
    private PageClassifier scalar;
    private PageClassifier vector;

    /** Fills the pages and checks that everything that is measured answers rightly. */
    @Setup
    public void fillAndCheck() {
        arena = Arena.ofShared();
        memory = arena.allocate(PAGE_SIZE.toBytes(place.pages), PAGE_BYTES);
        memory.elements(MemoryLayout.sequenceLayout(PAGE_BYTES, ValueLayout.JAVA_BYTE))
                .forEach(content::fill);
        scalar = new PageClassifier(Kernels.scalar(), PAGE_SIZE, DuplicateBytes.ANY);
        vector = new PageClassifier(vectorKernels(), PAGE_SIZE, DuplicateBytes.ANY);
        long expected = (long) content.answer * PAGES;
        check("scalar", scalar(), expected);
        check("vector", vector(), expected);
        check("mismatch", mismatch(), content.answer == PageClassifier.NORMAL ? 0 : PAGES);
        check("plainRead", plainRead() == 0 ? 0 : 1, content == Content.ZERO ? 0 : 1);
    }

    private static MemoryKernels vectorKernels() {
        if (Kernels.chosen().equals(Kernels.scalar())) {
            throw new IllegalStateException("no vector kernels to measure: " + Kernels.reason());
        }
        return Kernels.chosen();
    }

    private static void check(String what, long answer, long expected) {
        if (answer != expected) {
            throw new IllegalStateException(what + " answers " + answer + " and not " + expected);
        }
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
    public long vector() {
        return classify(vector);
    }

    private long classify(PageClassifier classifier) {
        long answers = 0;
        for (int i = 0; i < PAGES; i++) {
            answers += classifier.classify(memory, offsetBytes(i));
        }
        return answers;
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
            words |= read(memory);
        }
        return words;
    }

    private static long read(MemorySegment segment) {
        LongVector first = LongVector.zero(SPECIES);
        LongVector second = first;
        LongVector third = first;
        LongVector fourth = first;
        for (long at = 0; at < segment.byteSize(); at += 4L * VECTOR_BYTES) {
            first = first.or(load(segment, at));
            second = second.or(load(segment, at + VECTOR_BYTES));
            third = third.or(load(segment, at + 2L * VECTOR_BYTES));
            fourth = fourth.or(load(segment, at + 3L * VECTOR_BYTES));
        }
        return first.or(second).or(third.or(fourth)).reduceLanes(VectorOperators.OR);
    }

    private static LongVector load(MemorySegment segment, long atBytes) {
        return LongVector.fromMemorySegment(SPECIES, segment, atBytes, ByteOrder.nativeOrder());
    }
}
