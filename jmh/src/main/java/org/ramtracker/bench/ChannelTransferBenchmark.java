package org.ramtracker.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
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
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.stream.ChannelCompression;
import org.ramtracker.stream.MultifdChannelReader;
import org.ramtracker.stream.MultifdPacketWriter;

/**
 * 128 MiB of memory over page channels on loopback TCP, with a thread at each end of each: classified, encoded, sent, decoded.
 * Each iteration begins with an empty destination and ends with a comparison, neither of them timed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 6, time = 1)
public class ChannelTransferBenchmark {
    private static final long LENGTH_BYTES = 128 << 20;

    /** What the pages hold. */
    @Param({"RANDOM", "ZERO"})
    public Fill fill = Fill.RANDOM;

    /** How many channels. */
    @Param({"1", "2"})
    public int channels = 1;

    private final List<Loopback> connections = new ArrayList<>();
    private final List<MultifdPacketWriter> writers = new ArrayList<>();
    private final Together threads = new Together();
    private EncodedGuest guest;
    private GuestMemory destination;
    private Loaded handler;

    /** Connects. */
    @Setup
    public void connect() throws IOException {
        guest = new EncodedGuest(LENGTH_BYTES, fill);
        destination = EncodedGuest.empty(LENGTH_BYTES);
        destination.populate();
        handler = new Loaded(destination);
        for (int i = 0; i < channels; i++) {
            connections.add(Loopback.connect());
            writers.add(new MultifdPacketWriter(EncodedGuest.PAGE_SIZE, ChannelCompression.NONE, 0));
        }
    }

    /** Whatever ran, the destination now equals the source; then it is emptied again. */
    @TearDown(Level.Iteration)
    public void verifyAndEmpty() {
        Checks.equalThenEmpty(destination, guest.segment());
    }

    /** Disconnects. */
    @TearDown
    public void disconnect() throws IOException {
        threads.close();
        for (int i = 0; i < channels; i++) {
            connections.get(i).close();
            writers.get(i).close();
        }
        guest.close();
        destination.close();
    }

    /** In packets, up to a SYNC. */
    @Benchmark
    @Limit("rawSocketOrRead")
    public void packets() throws InterruptedException {
        for (int i = 0; i < channels; i++) {
            int channel = i;
            threads.start(() -> send(channel));
            threads.start(() -> receive(channel));
        }
        threads.join();
    }

    private long from(int channel) {
        return LENGTH_BYTES / channels * channel;
    }

    private long send(int channel) throws IOException {
        SocketChannel socket = connections.get(channel).source();
        MultifdPacketWriter writer = writers.get(channel);
        guest.encodePackets(writer, from(channel), from(channel + 1), bytes -> write(socket, bytes));
        write(socket, writer.sync(0));
        return 0;
    }

    private static void write(SocketChannel socket, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    private long receive(int channel) throws IOException {
        SocketChannel socket = connections.get(channel).destination();
        try (MultifdChannelReader reader =
                new MultifdChannelReader(socket, "loopback", EncodedGuest.PAGE_SIZE, handler)) {
            while (reader.readPacket() != MultifdChannelReader.SYNC) {
                // the handler's memory takes the pages
            }
            return reader.packets();
        }
    }

    /** The limit: random pages over the same sockets without a protocol, zero pages read at the source. */
    @Benchmark
    public void rawSocketOrRead() throws InterruptedException {
        for (int i = 0; i < channels; i++) {
            int channel = i;
            threads.start(() -> sendRaw(channel));
            threads.start(() -> receiveRaw(channel));
        }
        threads.join();
    }

    private MemorySegment partOf(MemorySegment memory, int channel) {
        return memory.asSlice(from(channel), LENGTH_BYTES / channels);
    }

    private long sendRaw(int channel) throws IOException {
        MemorySegment part = partOf(guest.segment(), channel);
        RawSocket.send(connections.get(channel).source(), part, fill);
        return RawSocket.readZeros(part, fill);
    }

    private long receiveRaw(int channel) throws IOException {
        MemorySegment part = partOf(destination.blocks().getFirst().segment(), channel);
        RawSocket.receive(connections.get(channel).destination(), part, fill);
        return 0;
    }
}
