package org.ramtracker.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
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
import org.ramtracker.simd.Kernels;
import org.ramtracker.stream.XbzrleDecoder;
import org.ramtracker.stream.XbzrleEncoder;

/** Time to encode a page of 4 KiB as a delta and to apply it; old and new pages are in the cache. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class XbzrleBenchmark {
    private static final int PAGES = 64;
    private static final PageSize PAGE_SIZE = PageSize.KIB_4;
    private static final int PAGE_BYTES = PAGE_SIZE.bytes();
    private static final long LENGTH_BYTES = PAGE_SIZE.toBytes(PAGES);
    private static final long SEED = 1;

    /** What has changed in a page. */
    public enum Change {
        /** Nothing. */
        NONE(0, 0),
        /** 8 bytes in a row. */
        WORD(1, 8),
        /** 64 single bytes anywhere. */
        SCATTERED(64, 1),
        /** 1 KiB in a row. */
        QUARTER(1, PAGE_BYTES / 4);

        private final int places;
        private final int lengthBytes;

        Change(int places, int lengthBytes) {
            this.places = places;
            this.lengthBytes = lengthBytes;
        }

        private void apply(MemorySegment page, SplittableRandom random) {
            for (int i = 0; i < places; i++) {
                int from = random.nextInt(PAGE_BYTES - lengthBytes + 1);
                for (int at = from; at < from + lengthBytes; at++) {
                    page.set(JAVA_BYTE, at, (byte) ~page.get(JAVA_BYTE, at));
                }
            }
        }
    }

    /** What has changed. */
    @Param
    public Change change = Change.WORD;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment old = arena.allocate(LENGTH_BYTES, PAGE_BYTES);
    private final MemorySegment now = arena.allocate(LENGTH_BYTES, PAGE_BYTES);
    private final MemorySegment deltas = arena.allocate(LENGTH_BYTES, PAGE_BYTES);
    private final MemorySegment target = arena.allocate(LENGTH_BYTES, PAGE_BYTES);
    private final int[] deltaBytes = new int[PAGES];
    private final XbzrleEncoder vector = new XbzrleEncoder(PAGE_SIZE);
    private final XbzrleEncoder scalar = new XbzrleEncoder(PAGE_SIZE, Kernels.scalar());

    /** What only the C baseline needs. */
    @State(Scope.Thread)
    public static class C {
        private final CKernels kernels = CKernels.compile();

        /** Checks that C makes deltas of the same lengths. */
        @Setup
        public void check(XbzrleBenchmark benchmark) {
            Checks.equal("C", benchmark.cEncode(this), benchmark.encode());
        }
    }

    /** Changes pages, and checks that what is encoded makes the new pages of the old ones. */
    @Setup
    public void changeAndCheck() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (long at = 0; at < LENGTH_BYTES; at++) {
            old.set(JAVA_BYTE, at, (byte) random.nextInt());
        }
        now.copyFrom(old);
        for (int page = 0; page < PAGES; page++) {
            change.apply(now.asSlice(PAGE_SIZE.toBytes(page), PAGE_BYTES), random);
        }
        Checks.equal("scalar", encodeScalar(), encode());
        target.copyFrom(old);
        decode();
        Checks.equal(target, now);
    }

    /** Frees the pages. */
    @TearDown
    public void free() {
        arena.close();
    }

    private long encode(XbzrleEncoder encoder) {
        long bytes = 0;
        for (int page = 0; page < PAGES; page++) {
            long at = PAGE_SIZE.toBytes(page);
            deltaBytes[page] = encoder.encode(old, at, now, at, deltas, at);
            bytes += deltaBytes[page];
        }
        return bytes;
    }

    /** With vectors. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Limit("cEncode")
    @Limit("plainRead")
    public long encode() {
        return encode(vector);
    }

    /** By the word. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Limit("cEncode")
    public long encodeScalar() {
        return encode(scalar);
    }

    /** The same in C. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long cEncode(C c) {
        return c.kernels.encode(old, now, PAGES, deltas);
    }

    /** The limit of encoding: both pages read. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long plainRead() {
        return PlainRead.read(old, 0, LENGTH_BYTES) | PlainRead.read(now, 0, LENGTH_BYTES);
    }

    /** Applies the deltas; applying one again changes nothing. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Limit("copy")
    public long decode() {
        long codes = 0;
        for (int page = 0; page < PAGES; page++) {
            long at = PAGE_SIZE.toBytes(page);
            codes += XbzrleDecoder.apply(deltas, at, deltaBytes[page], target, at, PAGE_BYTES);
        }
        return codes;
    }

    /** The whole pages copied, which is what a delta saves. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public void copy() {
        for (int page = 0; page < PAGES; page++) {
            long at = PAGE_SIZE.toBytes(page);
            MemorySegment.copy(now, at, target, at, PAGE_BYTES);
        }
    }
}
