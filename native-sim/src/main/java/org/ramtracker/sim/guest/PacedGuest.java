package org.ramtracker.sim.guest;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.sim.guest.PauseGate.Hold;

/**
 * A guest of threads that make steps at a rate, reproducible from a seed, and able to tell afterwards whether its memory is
 * what it left. Who makes a step is what its subclasses differ in.
 *
 * <p>Every page belongs to one thread, and what a thread writes when is a pure function of the seed and the number of the
 * step. So what memory must hold follows from the number of steps that each thread made.
 *
 * <p>Guarantees: those of {@link Guest}; {@link PauseGate} says why.
 */
abstract class PacedGuest implements Guest {
    /** For a batch of steps, on a machine that has other things to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final GuestPlan plan;
    private final PauseGate gate;
    private final List<GuestThread> writers;
    private final List<Thread> threads = new ArrayList<>();
    private final Optional<Ledger> ledger;
    private final SelfCheck selfCheck;
    private final GuestLog log;
    private boolean closed;

    /** With one maker for each thread, which may look at the gate. */
    PacedGuest(
            GuestPlan plan,
            PauseGate gate,
            GuestState state,
            List<? extends StepMaker> makers,
            Optional<Ledger> ledger,
            GuestLog log) {
        this.plan = plan;
        this.log = log;
        this.ledger = ledger;
        this.gate = gate;
        this.writers = new ArrayList<>();
        for (StepMaker maker : makers) {
            int thread = writers.size();
            ThreadProgress progress = state.threads().get(thread);
            writers.add(new GuestThread(thread, maker, gate, plan.pacer(thread, progress), progress));
        }
        this.selfCheck = new SelfCheck(plan.layout(), plan.fill(), plan.stamps(), plan.patterns(), ledger);
        if (state.stopped()) {
            gate.hold(Hold.MANAGER);
        }
    }

    @Override
    public final synchronized void start() {
        if (!threads.isEmpty()) {
            throw new IllegalStateException("this guest was started before");
        }
        for (GuestThread writer : writers) {
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("guest-" + writer.number())
                    .start(writer));
        }
        gate.release(Hold.NOT_STARTED);
    }

    @Override
    public final void stop() {
        gate.hold(Hold.MANAGER);
    }

    @Override
    public final void cont() {
        gate.release(Hold.MANAGER);
    }

    @Override
    public final boolean isRunning() {
        return !gate.has(Hold.MANAGER) && !gate.has(Hold.NOT_STARTED);
    }

    @Override
    public final void requestPause() {
        gate.hold(Hold.MIGRATION);
    }

    @Override
    public final boolean isDrained() {
        return gate.isDrained();
    }

    @Override
    public final void resume() {
        gate.release(Hold.MIGRATION);
    }

    @Override
    public final boolean awaitDrained(Duration limit) throws InterruptedException {
        return gate.awaitDrained(limit);
    }

    @Override
    public final void throttle(int percent) {
        if (percent < 0 || percent > 99) {
            throw new IllegalArgumentException("a throttle of " + percent + " % is outside 0 to 99");
        }
        writers.forEach(writer -> writer.throttle(percent));
        gate.endRests(); // at 99 % they last two seconds, and a throttle that is lifted is lifted now
    }

    @Override
    public final GuestSpec spec() {
        return plan.spec();
    }

    @Override
    public final DirtyLog dirtyLog() {
        return log.log();
    }

    @Override
    public final GuestStats stats() {
        long steps = writers.stream().mapToLong(GuestThread::steps).sum();
        return new GuestStats(steps, plan.memory().pageSize().toBytes(steps), System.nanoTime());
    }

    @Override
    public final int stateLengthBytes() {
        return GuestState.lengthBytes(plan.spec());
    }

    @Override
    public final byte[] saveState() {
        checkDrained("save its state");
        List<ThreadProgress> progress =
                writers.stream().map(GuestThread::progress).toList();
        return new GuestState(plan.spec(), gate.has(Hold.MANAGER), progress, registers()).encode(plan.memory());
    }

    /** The pages that it writes. */
    final PageLayout layout() {
        return plan.layout();
    }

    /** Where it notes what it wrote, if it does. */
    final Optional<Ledger> ledger() {
        return ledger;
    }

    /** What the engine has to save besides; the guest is drained. */
    ByteBuffer registers() {
        return ByteBuffer.allocate(0);
    }

    @Override
    public final SelfCheckReport check() {
        checkDrained("check its memory");
        SelfCheckReport report =
                selfCheck.run(writers.stream().mapToLong(GuestThread::steps).toArray());
        return report.with(ownBadPages());
    }

    /** What is wrong with the pages that the guest has for itself; the guest is drained. */
    List<BadPage> ownBadPages() {
        return List.of();
    }

    private void checkDrained(String what) {
        if (!gate.isDrained()) {
            throw new IllegalStateException("the guest must be paused and drained to " + what);
        }
        failure().ifPresent(failure -> {
            throw failure;
        });
    }

    @Override
    public final Optional<IllegalStateException> failure() {
        return writers.stream().flatMap(writer -> writer.failure().stream()).findFirst();
    }

    @Override
    public final synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        gate.close();
        if (!Joining.allWithin(threads, PATIENCE)) {
            forceOut();
            Joining.all(threads);
        }
        log.ending().run();
        free();
    }

    /** Makes threads end that do not look at the gate. */
    void forceOut() {}

    /** Frees what the engine holds; no thread runs any more. */
    void free() {}
}
