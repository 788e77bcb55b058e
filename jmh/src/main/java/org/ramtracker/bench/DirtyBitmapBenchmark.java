package org.ramtracker.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.PageBitmap;

/**
 * Marks and harvests of the bitmap of a 1 TiB guest: 2^28 pages of 4 KiB, 32 MiB. The limit of a clean harvest is
 * {@link #readVector}, a plain read of as many bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DirtyBitmapBenchmark {
    private static final long PAGES = 1L << 28;
    private static final long WORDS = PAGES / Long.SIZE;
    private static final long BYTES = PAGES / Byte.SIZE;

    /** One page in 64 words is dirty in the sparse case: 65,536 of them, 256 MiB of guest memory. */
    private static final long SPARSE_STRIDE_PAGES = 4096;

    private static final long RANGE_PAGES = 512;
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final VarHandle WORD = JAVA_LONG.varHandle();

    private final DirtyBitmap marks = new DirtyBitmap(PAGES);
    private final PageBitmap pending = new PageBitmap(PAGES);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment plain = arena.allocate(BYTES, 64);
    private final MemorySegment byHand = arena.allocate(BYTES, 64);

    /** A thread's place in the page space, so that two threads mark pages far apart. */
    @State(Scope.Thread)
    public static class Cursor {
        private static final long STEP_PAGES = 4097;
        private long page = (Thread.currentThread().threadId() & 1) * (PAGES / 2);

        long next() {
            page = (page + STEP_PAGES) & (PAGES - 1);
            return page;
        }
    }

    /** Checks that the bitmap answers right before it is timed. */
    @Setup
    public void check() {
        marks.mark(0);
        marks.mark(PAGES - 1);
        marks.mark(1000, RANGE_PAGES);
        require(harvest() == RANGE_PAGES + 2, "the marks that were made");
        require(harvest() == 0, "nothing twice");
        require(readVector() == 0 && readScalar() == 0, "an empty bitmap");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("expected " + what);
        }
    }

    /** Frees the bitmaps. */
    @TearDown
    public void free() {
        marks.close();
        pending.close();
        arena.close();
    }

    private long harvest() {
        long found = marks.harvestInto(pending);
        pending.clear();
        return found;
    }

    /** One page, without competition. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public void markByOneThread(Cursor cursor) {
        marks.mark(cursor.next());
    }

    /** One page each, by two threads in different places. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @Threads(2)
    public void markByTwoThreads(Cursor cursor) {
        marks.mark(cursor.next());
    }

    /** One word, by two threads at once: the worst case. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @Threads(2)
    public void markOneWordByTwoThreads(Cursor cursor) {
        marks.mark(cursor.next() & 63);
    }

    /** 512 pages, 2 MiB of guest memory, with 8 or 9 atomic operations. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public void markRange(Cursor cursor) {
        marks.mark(cursor.next() & (PAGES / 2 - 1), RANGE_PAGES);
    }

    /** The same word operation as {@link #markByOneThread}, as a loop written by hand. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public void orByHand(Cursor cursor) {
        long page = cursor.next();
        long offsetBytes = (page >>> 6) * Long.BYTES;
        long old;
        do {
            old = (long) WORD.getVolatile(byHand, offsetBytes);
        } while (!WORD.weakCompareAndSet(byHand, offsetBytes, old, old | 1L << page));
    }

    /** An idle guest. */
    @Benchmark
    @Limit(value = "readVector", goal = 0.77)
    public long harvestClean() {
        return harvest();
    }

    /** The limit of {@link #harvestClean}: 32 MiB read with vectors. */
    @Benchmark
    public long readVector() {
        LongVector any = LongVector.zero(SPECIES);
        LongVector other = any;
        for (long word = 0; word < WORDS; word += 2L * LANES) {
            any = any.or(vector(word));
            other = other.or(vector(word + LANES));
        }
        return any.or(other).reduceLanes(VectorOperators.OR);
    }

    private LongVector vector(long word) {
        return LongVector.fromMemorySegment(SPECIES, plain, word * Long.BYTES, ByteOrder.nativeOrder());
    }

    /** 32 MiB read by the word. */
    @Benchmark
    public long readScalar() {
        long any = 0;
        for (long word = 0; word < WORDS; word++) {
            any |= plain.getAtIndex(JAVA_LONG, word);
        }
        return any;
    }

    /** Marks for harvests of a guest that has written something: made before each call, which takes milliseconds. */
    @State(Scope.Thread)
    public static class Sparse {
        /** Marks one page in every 64 words. */
        @Setup(Level.Invocation)
        public void mark(DirtyBitmapBenchmark benchmark) {
            for (long page = 0; page < PAGES; page += SPARSE_STRIDE_PAGES) {
                benchmark.marks.mark(page);
            }
        }
    }

    /** Marks of every page. */
    @State(Scope.Thread)
    public static class Full {
        /** Marks everything. */
        @Setup(Level.Invocation)
        public void mark(DirtyBitmapBenchmark benchmark) {
            benchmark.marks.mark(0, PAGES);
        }
    }

    /** One page in every 64 words; clearing the set that receives them is included. */
    @Benchmark
    public long harvestSparse(Sparse marked) {
        return harvest();
    }

    /** Every page; clearing the set that receives them is included. */
    @Benchmark
    public long harvestFull(Full marked) {
        return harvest();
    }
}
