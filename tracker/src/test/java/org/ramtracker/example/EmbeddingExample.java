package org.ramtracker.example;

// docs:begin vmm
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.dirty.DirtyRound;
import org.ramtracker.dirty.TrackedWriter;
import org.ramtracker.live.MigrationResult;
import org.ramtracker.live.MigrationTarget;
import org.ramtracker.live.StreamRamSink;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.MigrationListener;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationPorts;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.PrecopyAgent;
import org.ramtracker.migrate.SwitchoverCost;
import org.ramtracker.stream.BlockEntry;

/** A VMM that can migrate its guest away, and receive one. */
final class EmbeddingExample implements AutoCloseable {
    private static final long RAM_BYTES_MAX = 1L << 30;
    private static final long DOWNTIME_LIMIT_NANOS = 300_000_000L;
    private static final long LIMIT_DOUBLES_AFTER_NANOS = 60_000_000_000L;

    private final GuestMemory memory;
    private final ExampleRegisters registers;
    private final DirtyBitmap marks;
    private final DirtyBitmapLog log;
    private final DirtyRound round;
    private final ExampleVcpu vcpu;
    private final Thread vcpuThread;

    /** What a switchover of this guest costs besides its pages: learned by each attempt, used by the next. */
    private volatile SwitchoverCost switchoverCost = SwitchoverCost.unknown();

    private EmbeddingExample(GuestMemory memory, ExampleRegisters registers) {
        this.memory = memory;
        this.registers = registers;
        this.marks = new DirtyBitmap(memory.pages());
        this.log = new DirtyBitmapLog(marks);
        this.round = new DirtyRound(memory, log);
        this.vcpu = new ExampleVcpu(memory, new TrackedWriter(marks), registers);
        this.vcpuThread = Thread.ofPlatform().name("vcpu").daemon().unstarted(vcpu);
    }

    /** Starts a new guest. */
    static EmbeddingExample boot() throws IOException {
        GuestMemory memory = layOut(
                PageSize.KIB_4,
                List.of(new BlockEntry("ram-below-4g", 16L << 20), new BlockEntry("ram-above-4g", 32L << 20)));
        EmbeddingExample vmm = new EmbeddingExample(memory, new ExampleRegisters());
        vmm.vcpuThread.start();
        return vmm;
    }

    /** Places blocks in the guest's address space; their names may come from a stream, so this is where they are checked. */
    private static GuestMemory layOut(PageSize pageSize, List<BlockEntry> blocks) throws IOException {
        GuestMemory.Builder builder = GuestMemory.builder(pageSize);
        for (BlockEntry block : blocks) {
            builder.block(block.idstr(), addressOf(block.idstr()), block.usedLengthBytes(), new Backing.Anonymous());
        }
        return builder.build();
    }

    private static long addressOf(String idstr) throws IOException {
        return switch (idstr) {
            case "ram-below-4g" -> 0;
            case "ram-above-4g" -> 1L << 32;
            default -> throw new IOException("this VMM has no RAM block of the name in the stream");
        };
    }

    /** An attempt to migrate; it belongs to whoever shows its progress, changes its limits or cancels it. */
    PrecopyAgent attempt(SocketChannel destination, long bytesPerSecondMax, MigrationListener listener) {
        StreamRamSink sink = StreamRamSink.builder(memory, SystemNanoClock.INSTANCE)
                .device(registers)
                .toSocket(destination);
        return PrecopyAgent.builder(new MigrationPorts(memory, log, round, vcpu, sink, SystemNanoClock.INSTANCE))
                .parameters(MigrationParameters.of(bytesPerSecondMax, DOWNTIME_LIMIT_NANOS)
                        .with(MigrationParameter.CONVERGENCE_TIMEOUT, LIMIT_DOUBLES_AFTER_NANOS))
                .switchoverCost(switchoverCost)
                .listener(listener)
                .build();
    }

    /** Migrates the guest on a thread of its own, and powers the vCPU off here if it went away. */
    MigrationOutcome migrate(SocketChannel destination) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        PrecopyAgent agent = attempt(destination, 0, new MigrationListener() {
            @Override
            public void onStatus(MigrationStatus status) {
                if (status.isTerminal()) {
                    over.countDown();
                }
            }
        });
        AgentRunner runner = new AgentRunner(new BackoffIdleStrategy(), Throwable::printStackTrace, null, agent);
        AgentRunner.startOnThread(runner);
        try (runner) {
            over.await(); // interrupting this closes the runner, which cancels the migration
        }
        return concluded(agent);
    }

    /** After a failure or a cancel there is nothing to do: the guest runs, and a later attempt can succeed. */
    MigrationOutcome concluded(PrecopyAgent agent) {
        MigrationOutcome outcome = agent.outcome().orElseThrow();
        switchoverCost = outcome.switchoverCost();
        if (outcome.guestAt() != MigrationOutcome.GuestAt.SOURCE) {
            vcpu.powerOff();
        }
        return outcome;
    }

    /** Receives a guest and starts it, unless it may still be running at the source. */
    static EmbeddingExample receive(SocketChannel source) throws IOException {
        ExampleRegisters registers = new ExampleRegisters();
        MigrationTarget target = MigrationTarget.creating(EmbeddingExample::layOut, RAM_BYTES_MAX, List.of(registers));
        MigrationResult result = target.receive(source);
        if (!result.isCommitted()) {
            result.memory().close();
            throw new IOException(result.whyNotCommitted());
        }
        EmbeddingExample vmm = new EmbeddingExample(result.memory(), registers);
        vmm.vcpuThread.start();
        return vmm;
    }

    /** Ends the guest, its thread before its memory. */
    @Override
    public void close() throws InterruptedException {
        vcpu.powerOff();
        vcpuThread.join();
        round.close();
        marks.close();
        memory.close();
    }

    GuestMemory memory() {
        return memory;
    }

    long counter() {
        return registers.counter();
    }

    boolean isAlive() {
        return vcpuThread.isAlive();
    }
}
// docs:end vmm
