package org.ramtracker.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;
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
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.trace.DirtyTraceRecorder;

/**
 * What a recorder takes from a guest at full speed: one write and one mark, of pages drawn as {@code --guest hotset} draws
 * them, while a recorder ends an epoch every so often. Epochs of 5 s are hardly a recording, so the difference is the cost.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
public class RecordingCostBenchmark {
    private static final long RAM_BYTES = 256L << 20;
    private static final int PAGES = (int) (RAM_BYTES >> 12);
    private static final int HOT_SPACING_PAGES = 20;
    private static final int COLD_EVERY = 10;

    /** Length of an epoch. */
    @Param({"5000", "50"})
    public long epochMillis;

    private Path directory;
    private GuestMemory memory;
    private MemorySegment ram;
    private DirtyBitmap marks;
    private DirtyTraceRecorder recorder;
    private Thread thread;
    private volatile boolean ended;
    private long step;

    /** Starts the recording. */
    @Setup
    public void record() throws IOException {
        directory = Files.createTempDirectory("recording-cost");
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, RAM_BYTES, new Backing.Anonymous())
                .build();
        memory.populate();
        ram = memory.blocks().getFirst().segment();
        marks = new DirtyBitmap(memory.pages());
        recorder = DirtyTraceRecorder.create(
                directory.resolve("trace"),
                memory,
                new DirtyBitmapLog(marks),
                SystemNanoClock.INSTANCE,
                TimeUnit.MILLISECONDS.toNanos(epochMillis),
                0);
        recorder.start();
        thread = Thread.ofPlatform().daemon().name("recorder").start(this::tick);
    }

    private void tick() {
        try {
            while (!ended) {
                LockSupport.parkNanos(recorder.nextTickNanos() - System.nanoTime());
                long ignored = recorder.tick();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends it. */
    @TearDown
    public void end() throws IOException, InterruptedException {
        ended = true;
        LockSupport.unpark(thread);
        thread.join();
        recorder.close();
        marks.close();
        memory.close();
        Files.delete(directory.resolve("trace"));
        Files.delete(directory);
    }

    /** One write of the guest. */
    @Benchmark
    public void writeAndMark() {
        long random = (++step * 0x9E3779B97F4A7C15L) >>> 40;
        long page = step % COLD_EVERY == 0 ? random % PAGES : random % (PAGES / HOT_SPACING_PAGES) * HOT_SPACING_PAGES;
        ram.set(JAVA_LONG, page << 12, step);
        marks.mark(page);
    }
}
