package org.ramtracker.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
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

/**
 * Time to classify and encode a page of 4 KiB, for the main stream and for a channel, into a buffer of 512 KiB that nobody reads:
 * 4096 divided by the score is GB/s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class EncodeBenchmark {
    /** 128 MiB, more than the last-level cache. */
    private static final int PAGES = 1 << 15;

    private static final int STAGING_BYTES = 512 << 10;

    /** What the pages hold. */
    @Param({"RANDOM", "ZERO"})
    public Fill fill = Fill.RANDOM;

    private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES);
    private final MemorySegment stagingBytes = MemorySegment.ofBuffer(staging);
    private EncodedGuest guest;
    private long drainedBytes;

    /** Fills the guest; {@link DecodeBenchmark} checks what is encoded. */
    @Setup
    public void fill() throws IOException {
        guest = new EncodedGuest(EncodedGuest.PAGE_SIZE.toBytes(PAGES), fill);
    }

    /** Frees it. */
    @TearDown
    public void free() {
        guest.close();
    }

    private void count(ByteBuffer bytes) {
        drainedBytes += bytes.remaining();
    }

    /** QEMU's stream on one connection. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Limit("copyOrRead")
    public long mainStream() throws IOException {
        guest.encodeStream(staging, this::count);
        return drainedBytes;
    }

    /** The packets of a channel. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Limit("copyOrRead")
    public long packets() throws IOException {
        guest.encodePackets(this::count);
        return drainedBytes;
    }

    /** The limit: random pages are copied, zero pages are read. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long copyOrRead() {
        return guest.copyOrRead(stagingBytes);
    }
}
