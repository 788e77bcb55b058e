package org.ramtracker.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
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
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.stream.MultifdChannelReader;
import org.ramtracker.stream.RamStreamReader;

/** Time to load a page of 4 KiB from a stream that is in memory: 4096 divided by the score is GB/s. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class DecodeBenchmark {
    /** 128 MiB, more than the last-level cache. */
    private static final int PAGES = 1 << 15;

    private static final long LENGTH_BYTES = EncodedGuest.PAGE_SIZE.toBytes(PAGES);

    /** What the pages hold. */
    @Param({"RANDOM", "ZERO"})
    public Fill fill = Fill.RANDOM;

    private final Arena arena = Arena.ofShared();
    private EncodedGuest guest;
    private GuestMemory destination;
    private Loaded handler;
    private ByteBuffer stream;
    private ByteBuffer packets;

    /** A channel that gives what a buffer holds. */
    private record Source(ByteBuffer bytes) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer target) {
            int count = Math.min(bytes.remaining(), target.remaining());
            target.put(target.position(), bytes, bytes.position(), count);
            target.position(target.position() + count);
            bytes.position(bytes.position() + count);
            return count == 0 ? -1 : count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** Something that writes a stream. */
    private interface Encoding {
        void encode(EncodedGuest.Outlet outlet) throws IOException;
    }

    /** Encodes the guest, whose pages the destination has none of. */
    @Setup
    public void encode() throws IOException {
        guest = new EncodedGuest(LENGTH_BYTES, fill);
        destination = EncodedGuest.empty(LENGTH_BYTES);
        destination.populate();
        handler = new Loaded(destination);
        ByteBuffer staging = ByteBuffer.allocateDirect(1 << 20);
        stream = direct(outlet -> guest.encodeStream(staging, outlet));
        packets = direct(guest::encodePackets);
    }

    private ByteBuffer direct(Encoding encoding) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        encoding.encode(part -> {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            bytes.write(copy);
        });
        return arena.allocate(bytes.size())
                .asByteBuffer()
                .put(bytes.toByteArray())
                .flip();
    }

    /** Whatever ran, the destination now equals the source. It is then emptied, so that each iteration has to load it again. */
    @TearDown(Level.Iteration)
    public void verifyAndEmpty() {
        Checks.equalThenEmpty(destination, guest.segment());
    }

    /** Frees everything. */
    @TearDown
    public void free() {
        guest.close();
        destination.close();
        arena.close();
    }

    /** QEMU's stream on one connection. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Limit("copyOrRead")
    public long mainStream() throws IOException {
        RamStreamReader reader = new RamStreamReader(new Source(stream.rewind()), "memory", handler);
        reader.read();
        return reader.offsetBytes();
    }

    /** The packets of a channel. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Limit("copyOrRead")
    public long packets() throws IOException {
        try (MultifdChannelReader reader =
                new MultifdChannelReader(new Source(packets.rewind()), "memory", EncodedGuest.PAGE_SIZE, handler)) {
            while (reader.readPacket() != MultifdChannelReader.END) {
                // the handler's memory takes the pages
            }
            return reader.packets();
        }
    }

    /** The limit: random pages are copied to where they belong, zero pages are read there. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long copyOrRead() {
        MemorySegment target = destination.blocks().getFirst().segment();
        long seen = 0;
        for (long at = 0; at < LENGTH_BYTES; at += Fill.CHUNK_BYTES) {
            if (fill.isZero(at)) {
                seen |= PlainRead.read(target, at, at + Fill.CHUNK_BYTES);
            } else {
                MemorySegment.copy(guest.segment(), at, target, at, Fill.CHUNK_BYTES);
            }
        }
        return seen;
    }
}
