package org.ramtracker.sim.guest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.sim.guest.PauseGate.Hold;

/**
 * A guest made of threads that write its memory and mark what they wrote, reproducible from a seed, and able to tell
 * afterwards whether its memory is what it left.
 *
 * <p>Every page belongs to one thread, and what a thread writes when is a pure function of the seed and the number of the
 * step. So the whole state of the guest, its memory aside, is the number of steps that each thread made.
 *
 * <p>Guarantees: those of {@link Guest}; {@link PauseGate} says why.
 */
public final class SyntheticGuest implements Guest {
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
        return load(GuestState.decode(state, memory), memory, marks);
    }

    static SyntheticGuest load(GuestState state, GuestMemory memory, DirtyBitmap marks) {
        return new SyntheticGuest(memory, marks, state);
    }

    @Override
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

    @Override
    public void stop() {
        gate.hold(Hold.MANAGER);
    }

    @Override
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

    @Override
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

    @Override
    public GuestSpec spec() {
        return spec;
    }

    @Override
    public GuestStats stats() {
        long steps = writers.stream().mapToLong(GuestThread::steps).sum();
        return new GuestStats(steps, memory.pageSize().toBytes(steps), System.nanoTime());
    }

    @Override
    public int stateLengthBytes() {
        return GuestState.lengthBytes(spec.threads());
    }

    @Override
    public byte[] saveState() {
        checkDrained("save its state");
        List<ThreadProgress> progress =
                writers.stream().map(GuestThread::progress).toList();
        return new GuestState(spec, gate.has(Hold.MANAGER), progress).encode(memory);
    }

    @Override
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

    @Override
    public Optional<IllegalStateException> failure() {
        return writers.stream().flatMap(writer -> writer.failure().stream()).findFirst();
    }

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
