package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.ramtracker.live.StreamRamSink;
import org.ramtracker.migrate.MigrationCounters;
import org.ramtracker.migrate.MigrationListener;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationOutcome.GuestAt;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationPorts;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.PrecopyAgent;
import org.ramtracker.migrate.RamSink;
import org.ramtracker.sim.monitor.MigrationInfo;
import org.ramtracker.sim.monitor.TransferReport;

/**
 * A migration away from a managed machine, in the background: connects, migrates, and says how it ended.
 *
 * <p>Threads: one of its own; everything may be called from any.
 */
final class OutgoingJob {
    /** Who is told. Called on the job's thread; hands over and returns. */
    interface Owner {
        /** The dirty log is about to be used. */
        void onBegin();

        void onStatus(MigrationStatus status);

        void onPass(long pass);

        /** It is over, and has to be {@linkplain #conclude concluded}. */
        void onEnd(OutgoingJob job, GuestAt guestAt);
    }

    private final SimulatedVm vm;
    private final Endpoint to;
    private final TransferSpec form;
    private final Supplier<MigrationParameters> parameters;
    private final MigrationCounters counters;
    private final Owner owner;
    private final Thread thread;
    private @Nullable PrecopyAgent agent;
    private @Nullable TransferBoard board;
    private boolean cancelRequested;
    private MigrationStatus status = MigrationStatus.SETUP;
    private MigrationStatus end = MigrationStatus.FAILED;
    private @Nullable String reason;
    private boolean over;

    OutgoingJob(
            SimulatedVm vm,
            Endpoint to,
            TransferSpec form,
            Supplier<MigrationParameters> parameters,
            MigrationCounters counters,
            Owner owner) {
        this.vm = vm;
        this.to = to;
        this.form = form;
        this.parameters = parameters;
        this.counters = counters;
        this.owner = owner;
        this.thread = Thread.ofPlatform().daemon().name("migration").unstarted(this::run);
    }

    void start() {
        owner.onStatus(MigrationStatus.SETUP);
        thread.start();
    }

    Endpoint to() {
        return to;
    }

    private void run() {
        owner.onBegin();
        try {
            StreamRamSink sink = sink();
            TransferBoard posted = new TransferBoard(sink);
            MigrationOutcome outcome = drive(attach(agentOver(sink), posted), posted);
            end(outcome.status(), outcome.warningOrReason().orElse(null));
            vm.learn(outcome.switchoverCost());
            owner.onEnd(this, outcome.guestAt());
        } catch (IOException | RuntimeException e) {
            endEarly(e);
            owner.onEnd(this, GuestAt.SOURCE);
        }
    }

    private StreamRamSink sink() throws IOException {
        StreamRamSink.Builder builder = form.withCache(
                StreamRamSink.builder(vm.memory(), SystemNanoClock.INSTANCE).device(GuestDevice.of(vm.guest())));
        return to instanceof Endpoint.File file
                ? builder.toFile(file.path())
                : SinkConnections.to(to, form.channels()).sink(builder, form);
    }

    private PrecopyAgent agentOver(RamSink sink) {
        MigrationPorts ports =
                new MigrationPorts(vm.memory(), vm.log(), vm.round(), vm.guest(), sink, SystemNanoClock.INSTANCE);
        return PrecopyAgent.builder(ports)
                .parameters(parameters.get())
                .switchoverCost(vm.switchoverCost())
                .counters(counters)
                .listener(new Listener())
                .build();
    }

    /** From here on commands go to the agent. */
    private synchronized PrecopyAgent attach(PrecopyAgent made, TransferBoard posted) {
        agent = made;
        board = posted;
        if (cancelRequested) {
            boolean ignored = Thread.interrupted(); // it was meant for the connecting
            made.control().cancel();
        }
        applyParameters();
        return made;
    }

    private MigrationOutcome drive(PrecopyAgent agent, TransferBoard posted) {
        try {
            return AgentLoop.drive(agent, form.channels(), posted::refresh);
        } catch (InterruptedException e) { // it was cancelled
            return agent.outcome().orElseThrow();
        } finally {
            posted.post();
        }
    }

    private synchronized void endEarly(Exception failure) {
        if (cancelRequested) {
            end(MigrationStatus.CANCELLED, null);
        } else {
            end(MigrationStatus.FAILED, Failures.reason(failure));
        }
    }

    private synchronized void end(MigrationStatus how, @Nullable String why) {
        end = how;
        reason = why;
    }

    /** The figures now, or at the end. */
    synchronized MigrationInfo info() {
        return new MigrationInfo(
                MigrationInfo.Direction.OUTGOING,
                status,
                Optional.ofNullable(agent).map(PrecopyAgent::stats),
                board == null ? TransferReport.NOTHING : board.latest(),
                Optional.ofNullable(reason),
                Optional.empty());
    }

    /** Where it is. An end is shown once the owner has seen it: then the machine's state tells the same. */
    synchronized MigrationStatus status() {
        return status;
    }

    private synchronized boolean isNews(MigrationStatus next) {
        boolean isNews = status != next;
        status = next;
        return isNews;
    }

    synchronized boolean isOver() {
        return over;
    }

    /** Called by the owner, with whatever else must be seen together with the end. */
    synchronized MigrationStatus conclude() {
        over = true;
        status = end;
        return end;
    }

    /** Asks for an end without success. Tells of it under the lock, so that nobody hears of the end before. */
    synchronized void cancel() {
        if (cancelRequested || over) {
            return;
        }
        cancelRequested = true;
        if (agent != null) {
            agent.control().cancel(); // and the agent will say so
            return;
        }
        status = MigrationStatus.CANCELLING;
        owner.onStatus(MigrationStatus.CANCELLING);
        thread.interrupt();
    }

    synchronized void continueSwitchover() {
        if (agent != null) {
            agent.control().continueSwitchover();
        }
    }

    /** What is set now holds for this migration too. */
    synchronized void applyParameters() {
        if (agent != null) {
            MigrationParameters ignored = agent.control().updateParameters(present -> parameters.get());
        }
    }

    /** Waits for the end. */
    void join() throws InterruptedException {
        thread.join();
    }

    /** Hands on what is not said by {@link #start} and {@link Owner#onEnd}. */
    private final class Listener implements MigrationListener {
        @Override
        public void onStatus(MigrationStatus next) {
            if (next != MigrationStatus.SETUP && !next.isTerminal() && isNews(next)) {
                owner.onStatus(next);
            }
        }

        @Override
        public void onPass(long pass) {
            owner.onPass(pass);
        }
    }
}
