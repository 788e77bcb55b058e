package org.ramtracker.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
import org.ramtracker.dirty.PageBitmap;

/** What the guest pays for the first write to a page after a sync; the price is the difference to a log that does not run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(FirstWriteBenchmark.PAGES)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
@Warmup(iterations = 3)
@Measurement(iterations = 10)
public class FirstWriteBenchmark {
    static final int PAGES = 1 << 18;

    /** The log. */
    @Param
    public LogSource source = LogSource.PAGEMAP;

    /** Whether it runs. */
    @Param({"false", "true"})
    public boolean logging;

    private BenchGuest guest;
    private PageBitmap pending;

    /** Boots the guest, and starts the log if it shall run. */
    @Setup
    public void open() throws IOException {
        guest = BenchGuest.of(source, 1);
        pending = new PageBitmap(guest.memory().pages());
        guest.log().start();
        if (!logging) {
            guest.log().stop();
        }
        guest.write(1);
    }

    /** Protects every page again. */
    @Setup(Level.Invocation)
    public void protect() {
        if (logging) {
            long ignored = guest.log().sync(pending);
        }
    }

    /** Writes to each page once: nanoseconds a page. */
    @Benchmark
    public void write() {
        guest.store(0, PAGES, BenchGuest.PAGE_BYTES);
    }

    /** Ends the guest. */
    @TearDown
    public void close() throws IOException {
        guest.log().stop();
        guest.close();
        pending.close();
    }
}
