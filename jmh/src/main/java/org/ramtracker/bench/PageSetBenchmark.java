package org.ramtracker.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
import org.ramtracker.memory.PageSize;
import org.ramtracker.trace.CompressionSample;
import org.ramtracker.trace.DirtyTrace;
import org.ramtracker.trace.DirtyTraceWriter;
import org.ramtracker.trace.EpochCursor;
import org.ramtracker.trace.TraceBlock;
import org.ramtracker.trace.TraceLayout;
import org.roaringbitmap.BitSetUtil;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * An epoch of 1 GiB of memory, stored as traces store it and as a RoaringBitmap: how long each takes to be made from a bitmap
 * and to be walked, and how many bytes it has. The trace's side includes checksum, header and commit of the entry, the other
 * side has none of them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
public class PageSetBenchmark {
    private static final int PAGES = 1 << 18;
    private static final long EPOCH_NANOS = 50_000_000;

    /** What was written. */
    @Param
    public PageSetShape shape = PageSetShape.SPARSE;

    private Path directory;
    private DirtyTraceWriter writer;
    private DirtyTrace trace;
    private EpochCursor cursor;
    private PageBitmap set;
    private ByteBuffer roaringBytes;
    private ImmutableRoaringBitmap roaring;
    private final int[] batch = new int[256];

    /** Draws the pages, stores them both ways, to be walked, and says how many bytes that takes. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("page-set");
        set = new PageBitmap(PAGES);
        shape.fill(set, new SplittableRandom(1));
        Path file = directory.resolve("walked");
        try (DirtyTraceWriter one = begun(file)) {
            one.pages().addAll(set);
            long before = one.lengthBytes();
            one.append(EPOCH_NANOS, 0);
            System.out.printf("%n%s: %d bytes in a trace, ", shape, one.lengthBytes() - before);
        }
        trace = DirtyTrace.open(file);
        cursor = trace.cursor();
        roaringBytes = ByteBuffer.allocateDirect(8 << 20);
        System.out.printf("%d bytes as a RoaringBitmap%n", storeAsRoaring());
        roaring = new ImmutableRoaringBitmap(roaringBytes.flip());
    }

    private static DirtyTraceWriter begun(Path file) throws IOException {
        TraceLayout layout = new TraceLayout(PageSize.KIB_4, List.of(new TraceBlock("ram", 0, 0, PAGES)));
        DirtyTraceWriter writer = DirtyTraceWriter.create(file, layout, EPOCH_NANOS, 0);
        try (PageBitmap none = new PageBitmap(PAGES)) {
            writer.begin(none, none, new CompressionSample(0, 0, 0));
        }
        return writer;
    }

    /** Begins a trace that grows for one iteration. */
    @Setup(Level.Iteration)
    public void begin() throws IOException {
        writer = begun(directory.resolve("growing"));
    }

    /** Removes it. */
    @TearDown(Level.Iteration)
    public void end() throws IOException {
        writer.close();
        Files.delete(directory.resolve("growing"));
    }

    /** Removes the rest. */
    @TearDown
    public void close() throws IOException {
        trace.close();
        set.close();
        Files.delete(directory.resolve("walked"));
        Files.delete(directory);
    }

    /** An entry of a trace. */
    @Benchmark
    public void storeInTrace() throws IOException {
        writer.pages().addAll(set);
        writer.append(EPOCH_NANOS, 0);
    }

    /** A RoaringBitmap of the same words, with runs where they are shorter, in its serialized form. */
    @Benchmark
    public int storeAsRoaring() {
        RoaringBitmap made = BitSetUtil.bitmapOf(set.words().toArray(JAVA_LONG));
        made.runOptimize();
        roaringBytes.clear();
        made.serialize(roaringBytes);
        return roaringBytes.position();
    }

    /** Every run of the entry. */
    @Benchmark
    public long walkTrace() {
        long sum = 0;
        cursor.moveTo(0);
        while (cursor.nextRun()) {
            sum += cursor.runFirstPage() + cursor.runPages();
        }
        return sum;
    }

    /** Every page of the RoaringBitmap, which knows no runs, in batches, its fastest way. */
    @Benchmark
    public long walkRoaring() {
        long sum = 0;
        var pages = roaring.getBatchIterator();
        while (pages.hasNext()) {
            int count = pages.nextBatch(batch);
            sum += batch[0] + count;
        }
        return sum;
    }
}
