package org.ramtracker.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;
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
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.dirty.DirtyRound;
import org.ramtracker.live.Compression;
import org.ramtracker.live.MigrationTarget;
import org.ramtracker.live.StreamRamSink;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationPorts;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.PrecopyAgent;

/**
 * The whole migration of an idle guest of 256 MiB over loopback TCP, from the first byte to the commit, in one process whose
 * loops are warm. Sockets and an empty destination are made before each migration, and both sides are compared after it,
 * outside of what is timed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY, JvmFlags.AGRONA_OPENS})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 6, time = 1)
public class MigrationBenchmark {
    private static final long LENGTH_BYTES = 256 << 20;
    private static final long IDLE_NANOS = 20_000;

    /** What the pages hold. */
    @Param
    public Fill fill = Fill.RANDOM;

    /** How many page channels; 0 is QEMU's single stream. */
    @Param({"0", "1", "2"})
    public int channels = 2;

    private final Together threads = new Together();
    private final List<Loopback> pageConnections = new ArrayList<>();
    private EncodedGuest guest;
    private DirtyBitmap marks;
    private DirtyRound round;
    private GuestMemory destination;
    private Loopback main;

    /** Makes the guest. */
    @Setup
    public void boot() throws IOException {
        guest = new EncodedGuest(LENGTH_BYTES, fill);
        marks = new DirtyBitmap(guest.memory.pages());
        round = new DirtyRound(guest.memory, new DirtyBitmapLog(marks));
    }

    /** Connects, and makes room at the destination. */
    @Setup(Level.Invocation)
    public void prepare() throws IOException {
        destination = EncodedGuest.empty(LENGTH_BYTES);
        main = Loopback.connect();
        for (int i = 0; i < channels; i++) {
            pageConnections.add(Loopback.connect());
        }
    }

    /** Compares both sides. */
    @TearDown(Level.Invocation)
    public void verify() throws IOException {
        Checks.equal(destination.blocks().getFirst().segment(), guest.segment());
        destination.close();
        main.close();
        for (Loopback connection : pageConnections) {
            connection.close();
        }
        pageConnections.clear();
    }

    /** Ends the guest. */
    @TearDown
    public void powerOff() {
        threads.close();
        round.close();
        marks.close();
        guest.close();
    }

    /** The engine, its sink and its target. */
    @Benchmark
    @Limit(value = "rawSocketOrRead", goal = 0.85, when = "fill=RANDOM")
    @Limit(value = "rawSocketOrRead", goal = 0.8, when = "fill=ZERO")
    @Limit(value = "rawSocketOrRead", goal = 0.8, when = "fill=HALF") // the time of its parts is between those of both
    public MigrationOutcome migrate() throws IOException, InterruptedException {
        threads.start(() -> MigrationTarget.into(destination, List.of())
                .receiveKeeping(
                        main.destination(),
                        pageConnections.stream().map(Loopback::destination).toList()));
        MigrationOutcome outcome = drive(agent());
        threads.join();
        Checks.require(outcome.status() == MigrationStatus.COMPLETED, "a completed migration, not " + outcome);
        return outcome;
    }

    private PrecopyAgent agent() {
        StreamRamSink sink = StreamRamSink.builder(guest.memory, SystemNanoClock.INSTANCE)
                .channels(pageConnections.stream().map(Loopback::source).toList(), Compression.NONE)
                .toSocket(main.source());
        MigrationPorts ports = new MigrationPorts(
                guest.memory, new DirtyBitmapLog(marks), round, new IdleVcpus(), sink, SystemNanoClock.INSTANCE);
        return PrecopyAgent.builder(ports)
                .parameters(MigrationParameters.of(0, MigrationParameter.DOWNTIME_LIMIT.max() / 1000))
                .build();
    }

    private static MigrationOutcome drive(PrecopyAgent agent) {
        while (agent.outcome().isEmpty()) {
            if (agent.doWork() == 0) {
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
        return agent.outcome().orElseThrow();
    }

    /** The limit: random pages over as many sockets without a protocol, zero pages read at the source. */
    @Benchmark
    public void rawSocketOrRead() throws InterruptedException {
        List<Loopback> sockets = channels == 0 ? List.of(main) : pageConnections;
        for (int i = 0; i < sockets.size(); i++) {
            int part = i;
            threads.start(() -> sendRaw(sockets, part));
            threads.start(() -> receiveRaw(sockets, part));
        }
        threads.join();
    }

    private long sendRaw(List<Loopback> sockets, int part) throws IOException {
        MemorySegment from = partOf(guest.segment(), part, sockets.size());
        RawSocket.send(sockets.get(part).source(), from, fill);
        return RawSocket.readZeros(from, fill);
    }

    private long receiveRaw(List<Loopback> sockets, int part) throws IOException {
        MemorySegment to = partOf(destination.blocks().getFirst().segment(), part, sockets.size());
        RawSocket.receive(sockets.get(part).destination(), to, fill);
        return 0;
    }

    private static MemorySegment partOf(MemorySegment memory, int part, int parts) {
        long lengthBytes = memory.byteSize() / parts;
        return memory.asSlice(part * lengthBytes, lengthBytes);
    }
}
