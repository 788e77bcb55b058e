package org.ramtracker.sim.guest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.migrate.VcpuControl;
import org.ramtracker.sim.guest.PauseGate.Hold;

/**
 * A guest made of threads that write its memory and mark what they wrote, reproducible from a seed, and able to tell
 * afterwards whether its memory is what it left.
 *
 * <pre>
 *   create ----.                      source: requestPause, isDrained, saveState, close
 *               +--> start --> runs
 *   load  -----'                      destination: load(state), start
 * </pre>
 *
 * Every page belongs to one thread, and what a thread writes when is a pure function of the seed and the number of the
 * step. So the whole state of the guest, its memory aside, is the number of steps that each thread made.
 *
 * <p>Threads: all methods may be called from any. The guest runs while it is started, not stopped by its manager
 * ({@link #stop}) and not paused by a migration ({@link #requestPause}).
 *
 * <p>Guarantees: once {@link #isDrained} has answered true, no page changes, every write has been marked, and both are
 * visible to the caller, until the last of stop and pause is taken back. See {@link PauseGate} for why.
 */
public final class SyntheticGuest implements VcpuControl, AutoCloseable {
    private final GuestSpec spec;
    private final GuestMemory memory;
    private final PageLayout layout;
    private final PauseGate gate = new PauseGate();
    private final List<GuestThread> writers;
    private final List<Thread> threads = new ArrayList<>();
    private final SelfCheck selfCheck;

    private SyntheticGuest(GuestMemory memory, DirtyBitmap marks, GuestState state) {
        this.spec = state.spec();
        this.memory = memory;
        this.layout = new PageLayout(memory);
        checkFits();
        Stamps stamps = new Stamps(spec.seed(), memory.pageSize().bytes());
        List<WritePattern> patterns = IntStream.range(0, spec.threads())
                .mapToObj(thread -> new WritePattern(spec, layout, thread))
                .toList();
        this.writers = patterns.stream()
                .map(pattern -> {
                    ThreadProgress progress = state.threads().get(pattern.thread());
                    return new GuestThread(pattern, stamps, layout, marks, gate, pacerOf(pattern, progress), progress);
                })
                .toList();
        this.selfCheck = new SelfCheck(layout, fill(), stamps, patterns);
        if (state.stopped()) {
            gate.hold(Hold.MANAGER);
        }
    }

    private void checkFits() {
        if (spec.threads() > layout.pages()) {
            throw new IllegalArgumentException("a guest of %d threads needs a page for each, its memory has %d"
                    .formatted(spec.threads(), layout.pages()));
        }
    }

    private Pacer pacerOf(WritePattern pattern, ThreadProgress progress) {
        long rate = spec.rateBytesPerSecondOf(pattern.thread());
        return new Pacer(spec.kind(), rate, memory.pageSize(), progress.phaseNanos());
    }

    private PageFill fill() {
        return new PageFill(spec.fill(), spec.seed(), memory.pageSize().bytes());
    }

    /**
     * A new guest. Fills its memory on all cores and returns when that is done. The fill is not marked dirty: a migration
     * sends every page once anyway.
     *
     * @param spec what it is
     * @param memory its memory, all zero
     * @param marks where its writes are marked, over the page space of the memory
     * @return the guest, not yet started
     * @throws IllegalArgumentException if it has more threads than pages
     */
    public static SyntheticGuest create(GuestSpec spec, GuestMemory memory, DirtyBitmap marks) {
        List<ThreadProgress> start = Collections.nCopies(spec.threads(), ThreadProgress.START);
        SyntheticGuest guest = new SyntheticGuest(memory, marks, new GuestState(spec, false, start));
        guest.fill().fillAll(guest.layout);
        return guest;
    }

    /**
     * A guest that goes on where another one was saved. Does not touch the memory, which may still be arriving.
     *
     * @param state what {@link #saveState} gave; may hold anything
     * @param memory its memory, with the blocks of the other guest's
     * @param marks where its writes are marked, over the page space of the memory
     * @return the guest, not yet started; stopped if its manager had stopped it
     * @throws GuestStateException if the state is malformed or is of a guest with other memory
     */
    public static SyntheticGuest load(byte[] state, GuestMemory memory, DirtyBitmap marks) throws GuestStateException {
        return new SyntheticGuest(memory, marks, GuestState.decode(state, memory));
    }

    /**
     * Starts the threads.
     *
     * @throws IllegalStateException if it was started before
     */
    public synchronized void start() {
        if (!threads.isEmpty()) {
            throw new IllegalStateException("this guest was started before");
        }
        for (GuestThread writer : writers) {
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("guest-" + writer.pattern().thread())
                    .start(writer));
        }
        gate.release(Hold.NOT_STARTED);
    }

    /** The manager's pause: the threads stop soon; {@link #awaitDrained} says when. Twice is harmless. */
    public void stop() {
        gate.hold(Hold.MANAGER);
    }

    /** Takes {@link #stop} back. The guest runs again unless a migration has paused it. */
    public void cont() {
        gate.release(Hold.MANAGER);
    }

    @Override
    public boolean isRunning() {
        return !gate.has(Hold.MANAGER) && !gate.has(Hold.NOT_STARTED);
    }

    @Override
    public void requestPause() {
        gate.hold(Hold.MIGRATION);
    }

    @Override
    public boolean isDrained() {
        return gate.isDrained();
    }

    @Override
    public void resume() {
        gate.release(Hold.MIGRATION);
    }

    /**
     * Waits until the guest is paused or stopped and drained.
     *
     * @param limit how long to wait
     * @return whether it is
     * @throws InterruptedException if the caller is interrupted
     */
    public boolean awaitDrained(Duration limit) throws InterruptedException {
        return gate.awaitDrained(limit);
    }

    @Override
    public void throttle(int percent) {
        if (percent < 0 || percent > 99) {
            throw new IllegalArgumentException("a throttle of " + percent + " % is outside 0 to 99");
        }
        writers.forEach(writer -> writer.throttle(percent));
    }

    /**
     * What the guest is.
     *
     * @return its spec
     */
    public GuestSpec spec() {
        return spec;
    }

    /**
     * How much the guest has written by now.
     *
     * @return steps and bytes with the time
     */
    public GuestStats stats() {
        long steps = writers.stream().mapToLong(GuestThread::steps).sum();
        return new GuestStats(steps, memory.pageSize().toBytes(steps), System.nanoTime());
    }

    /**
     * Length of {@link #saveState}, known beforehand.
     *
     * @return bytes
     */
    public int stateLengthBytes() {
        return GuestState.lengthBytes(spec.threads());
    }

    /**
     * What a destination needs to go on with this guest, apart from its memory.
     *
     * @return {@link #stateLengthBytes} bytes
     * @throws IllegalStateException if the guest is not drained, or one of its threads has died
     */
    public byte[] saveState() {
        checkDrained("save its state");
        List<ThreadProgress> progress =
                writers.stream().map(GuestThread::progress).toList();
        return new GuestState(spec, gate.has(Hold.MANAGER), progress).encode(memory);
    }

    /**
     * Looks at every word of memory.
     *
     * @return the verdict
     * @throws IllegalStateException if the guest is not drained, or one of its threads has died
     */
    public SelfCheckReport check() {
        checkDrained("check its memory");
        return selfCheck.run(writers.stream().mapToLong(GuestThread::steps).toArray());
    }

    private void checkDrained(String what) {
        if (!gate.isDrained()) {
            throw new IllegalStateException("the guest must be paused and drained to " + what);
        }
        failure().ifPresent(failure -> {
            throw failure;
        });
    }

    /**
     * What ended one of the threads before its time: a fault of the VMM, since guests make no mistakes.
     *
     * @return the first thread's that died, with its cause; empty if all is well
     */
    public Optional<IllegalStateException> failure() {
        return writers.stream().flatMap(writer -> writer.failure().stream()).findFirst();
    }

    /** Ends the threads and waits for them. The memory may be closed afterwards. Twice is harmless. */
    @Override
    public synchronized void close() {
        gate.close();
        for (Thread thread : threads) {
            joinUninterruptibly(thread);
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
