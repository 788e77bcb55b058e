package org.ramtracker.bench;

import java.io.IOException;
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

/** What a sync of the kernel's logs costs the migrator, by how much of the 1 GiB that the guest uses is dirty. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
@Warmup(iterations = 10)
@Measurement(iterations = 20)
public class KernelLogBenchmark {
    /** The log. */
    @Param
    public LogSource source = LogSource.PAGEMAP;

    /** RAM of the guest. */
    @Param({"1", "16"})
    public int gib;

    /** How many of the pages that the guest uses are dirty. */
    @Param({"0", "1", "10", "100"})
    public int dirtyPercent;

    private BenchGuest guest;
    private PageBitmap pending;
    private long written;

    /** Boots the guest and starts the log. */
    @Setup
    public void open() throws IOException {
        guest = BenchGuest.of(source, gib);
        pending = new PageBitmap(guest.memory().pages());
        guest.log().start();
        guest.log().sync(pending);
    }

    /** Dirties pages after the last sync. */
    @Setup(Level.Invocation)
    public void write() {
        pending.clear();
        written = dirtyPercent == 0 ? 0 : guest.write(100 / dirtyPercent);
    }

    /** Fetches, protects, and collects. */
    @Benchmark
    public long sync() {
        return guest.log().sync(pending);
    }

    /** A page or two beside the guest's are those of its page tables and arguments. */
    @TearDown(Level.Invocation)
    public void check() {
        if (pending.count() < written || pending.count() > written + 64) {
            throw new IllegalStateException("%d pages written, %d found".formatted(written, pending.count()));
        }
    }

    /** Ends the guest. */
    @TearDown
    public void close() throws IOException {
        guest.log().stop();
        guest.close();
        pending.close();
    }
}
