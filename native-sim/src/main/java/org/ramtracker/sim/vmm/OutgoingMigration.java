package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.agrona.concurrent.SystemNanoClock;
import org.ramtracker.live.StreamRamSink;
import org.ramtracker.migrate.MigrationControl;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationPorts;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.PrecopyAgent;
import org.ramtracker.sim.monitor.TransferReport;

/**
 * One attempt to move a machine's guest elsewhere.
 *
 * <p>Threads: {@link #run} on one; {@link #stats} and {@link #cancel} from any.
 */
public final class OutgoingMigration {
    private final SimulatedVm vm;
    private final MigrationOptions options;
    private final StreamRamSink sink;
    private final Arrival arrival;
    private final PrecopyAgent agent;
    private final ConvergenceLog convergence = new ConvergenceLog();
    private ProcessCosts costs = new ProcessCosts(0, 0, 0, 0);

    private OutgoingMigration(SimulatedVm vm, MigrationOptions options, StreamRamSink sink, Arrival arrival) {
        this.vm = vm;
        this.options = options;
        this.sink = sink;
        this.arrival = arrival;
        this.agent = agentOver(sink);
    }

    /** How to find out what arrived. */
    private interface Arrival {
        Verification verify() throws IOException, InterruptedException;
    }

    private PrecopyAgent agentOver(StreamRamSink sink) {
        MigrationPorts ports =
                new MigrationPorts(vm.memory(), vm.log(), vm.round(), vm.guest(), sink, SystemNanoClock.INSTANCE);
        PrecopyAgent.Builder builder = PrecopyAgent.builder(ports)
                .policy(options.policy())
                .parameters(options.parameters())
                .switchoverCost(vm.switchoverCost())
                .listener(convergence);
        options.counters().ifPresent(builder::counters);
        return builder.build();
    }

    /**
     * Connects to the destination, or opens the file. The guest is not touched yet.
     *
     * @param vm the machine
     * @param to where to
     * @param options how
     * @return the attempt
     * @throws IOException if nobody listens there, or the file cannot be written
     */
    public static OutgoingMigration to(SimulatedVm vm, Endpoint to, MigrationOptions options) throws IOException {
        return to instanceof Endpoint.File file
                ? toFile(vm, file, options)
                : over(vm, SinkConnections.to(to, options.transfer().channels()), options);
    }

    private static OutgoingMigration over(SimulatedVm vm, SinkConnections connections, MigrationOptions options) {
        StreamRamSink.Builder builder =
                sinkBuilder(vm, options, options.compare()).keepConnectionAfterCommit();
        StreamRamSink sink = connections.sink(builder, options.transfer());
        return new OutgoingMigration(vm, options, sink, () -> verifyOver(connections.main(), vm, options));
    }

    private static OutgoingMigration toFile(SimulatedVm vm, Endpoint.File file, MigrationOptions options) {
        StreamRamSink sink = sinkBuilder(vm, options, false).toFile(file.path());
        return new OutgoingMigration(vm, options, sink, () -> verifyFile(file, vm, options));
    }

    private static StreamRamSink.Builder sinkBuilder(SimulatedVm vm, MigrationOptions options, boolean compare) {
        StreamRamSink.Builder builder = StreamRamSink.builder(vm.memory(), SystemNanoClock.INSTANCE)
                .duplicates(options.duplicates())
                .device(GuestDevice.reporting(vm.guest(), compare));
        return options.transfer().withCache(builder);
    }

    private static Verification verifyOver(SocketChannel channel, SimulatedVm vm, MigrationOptions options)
            throws IOException {
        try (channel;
                Peer peer = new Peer(channel)) {
            Comparison comparison = new Comparison(peer, vm.memory(), options.runFor());
            return options.compare() ? comparison.run() : comparison.skip();
        }
    }

    /** Reads the file as a destination would, into memory of its own, and lets the guest run there. */
    private static Verification verifyFile(Endpoint.File file, SimulatedVm vm, MigrationOptions options)
            throws IOException, InterruptedException {
        if (!options.compare()) {
            return Verification.notVerified("the file was not read again, as wanted");
        }
        IncomingOptions incoming = new IncomingOptions(vm.memory().totalBytes(), options.runFor());
        IncomingResult copy = IncomingMigration.fromFile(file.path(), incoming);
        return Comparison.judgeCopy(BlockDigest.ofBlocks(vm.memory()), copy);
    }

    /**
     * The figures now.
     *
     * @return a consistent snapshot
     */
    public MigrationStats stats() {
        return agent.stats();
    }

    /**
     * The handle for commands: parameters, and whether to go on with a switchover that waits.
     *
     * @return the agent's
     */
    public MigrationControl control() {
        return agent.control();
    }

    /** Asks for an end without success. The guest goes on here, unless it was given up already. */
    public void cancel() {
        agent.control().cancel();
    }

    /**
     * Migrates, to whatever end. Afterwards the guest runs at exactly one place; if that is the destination, it was compared
     * first and has run on there, and if it is here, it has run on here, and was checked.
     *
     * @return how it ended; a failure is a result and no exception
     * @throws IOException if not even the guest here can be checked
     * @throws InterruptedException if the caller is interrupted; the migration is then cancelled
     */
    public OutgoingResult run() throws IOException, InterruptedException {
        MigrationOutcome outcome = drive();
        return outcome.status() == MigrationStatus.COMPLETED ? moved(outcome) : stillHere(outcome);
    }

    private MigrationOutcome drive() throws InterruptedException {
        ProcessCosts before = ProcessCosts.soFar();
        MigrationOutcome outcome = AgentLoop.drive(agent, options.transfer().channels());
        costs = ProcessCosts.soFar().since(before);
        vm.learn(outcome.switchoverCost());
        return outcome;
    }

    private OutgoingResult moved(MigrationOutcome outcome) throws InterruptedException {
        return new OutgoingResult(
                agent.stats(),
                convergence(outcome),
                TransferReport.of(sink),
                Optional.of(costs),
                outcome.warningOrReason(),
                verification(outcome),
                Optional.empty());
    }

    private Verification verification(MigrationOutcome outcome) throws InterruptedException {
        if (outcome.guestAt() == MigrationOutcome.GuestAt.DESTINATION_UNTOLD) {
            return Verification.unknown("the connection broke at the very end");
        }
        try {
            return arrival.verify();
        } catch (IOException e) {
            return Verification.unknown("the destination did not report: " + Failures.reason(e));
        }
    }

    private OutgoingResult stillHere(MigrationOutcome outcome) throws IOException, InterruptedException {
        String why = outcome.warningOrReason().orElse("on request");
        return OutgoingResult.stayed(
                agent.stats(),
                convergence(outcome),
                TransferReport.of(sink),
                Optional.of(costs),
                why,
                vm.runOnAndCheck(options.runFor()));
    }

    private Convergence convergence(MigrationOutcome outcome) {
        return new Convergence(outcome.switchover(), convergence.limits(), convergence.throttles());
    }
}
