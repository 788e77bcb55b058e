package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.DirtyRound;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.migrate.SwitchoverCost;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.Guest;
import org.ramtracker.sim.guest.Guests;
import org.ramtracker.sim.guest.SelfCheckReport;

/**
 * A virtual machine: memory, a guest that writes it, and what a migration needs to know about both.
 *
 * <p>Threads: one manager. The guest's own threads are inside.
 */
public final class SimulatedVm implements AutoCloseable {
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);

    private final GuestMemory memory;
    private final DirtyBitmap marks;
    private final Guest guest;
    private final DirtyLog log;
    private final DirtyRound round;
    private final boolean hasDirtyRing;
    private volatile SwitchoverCost switchoverCost = SwitchoverCost.unknown();

    private SimulatedVm(
            GuestMemory memory,
            DirtyBitmap marks,
            Guest guest,
            boolean hasDirtyRing,
            BiFunction<GuestMemory, DirtyLog, DirtyLog> logWrapper) {
        this.memory = memory;
        this.marks = marks;
        this.guest = guest;
        this.log = logWrapper.apply(memory, guest.dirtyLog());
        this.round = new DirtyRound(memory, log);
        this.hasDirtyRing = hasDirtyRing;
    }

    /**
     * Boots a machine: its guest runs when this returns.
     *
     * @param spec what to boot
     * @return the machine
     * @throws IOException if the memory cannot be had, or this host cannot run such a guest
     */
    public static SimulatedVm boot(VmSpec spec) throws IOException {
        return boot(spec, true);
    }

    /**
     * Boots a machine.
     *
     * @param spec what to boot
     * @param running whether its guest runs when this returns, or is stopped as if by its manager
     * @return the machine
     * @throws IOException if the memory cannot be had, or this host cannot run such a guest
     */
    static SimulatedVm boot(VmSpec spec, boolean running) throws IOException {
        return boot(spec, running, (all, real) -> real);
    }

    /** For tests: with something between the dirty log and whoever asks it. */
    static SimulatedVm boot(VmSpec spec, BiFunction<GuestMemory, DirtyLog, DirtyLog> logWrapper) throws IOException {
        return boot(spec, true, logWrapper);
    }

    private static SimulatedVm boot(
            VmSpec spec, boolean running, BiFunction<GuestMemory, DirtyLog, DirtyLog> logWrapper) throws IOException {
        GuestMemory memory = Machine.memory(spec.pageSize(), spec.ramBytes());
        DirtyBitmap marks = new DirtyBitmap(memory.pages());
        try {
            Guest guest = Guests.create(spec.guest(), spec.dirtySource(), memory, marks);
            boolean hasDirtyRing = spec.dirtySource() == DirtySource.KVM_RING;
            SimulatedVm vm = new SimulatedVm(memory, marks, guest, hasDirtyRing, logWrapper);
            vm.start(running);
            return vm;
        } catch (IOException | RuntimeException e) {
            marks.close();
            memory.close();
            throw e;
        }
    }

    /**
     * A machine around memory that has arrived; its guest has not been started.
     *
     * @param memory the memory, owned by the machine if this succeeds
     * @param guestState the guest's state
     * @param source its dirty log here; empty for what suits such a guest
     * @return the machine
     * @throws IOException if the state is malformed or belongs to other memory, or this host cannot run such a guest
     * @throws IllegalArgumentException if the log does not see the guest's writes
     */
    static SimulatedVm arrived(GuestMemory memory, byte[] guestState, Optional<DirtySource> source) throws IOException {
        DirtyBitmap marks = new DirtyBitmap(memory.pages());
        try {
            Guest guest = Guests.load(guestState, source, memory, marks);
            boolean hasDirtyRing = source.equals(Optional.of(DirtySource.KVM_RING)); // nobody's default
            return new SimulatedVm(memory, marks, guest, hasDirtyRing, (all, real) -> real);
        } catch (IOException | RuntimeException e) {
            marks.close();
            throw e;
        }
    }

    /**
     * Starts the guest.
     *
     * @param running false to keep it stopped; it is stopped in any case if its manager had stopped it where it came from
     */
    void start(boolean running) {
        if (!running) {
            guest.stop();
        }
        guest.start();
    }

    /**
     * The machine's RAM.
     *
     * @return all of it
     */
    public GuestMemory memory() {
        return memory;
    }

    /**
     * What runs in the machine.
     *
     * @return the guest
     */
    public Guest guest() {
        return guest;
    }

    /** What the last migration learned about switchovers here; the next one begins with it. */
    SwitchoverCost switchoverCost() {
        return switchoverCost;
    }

    /**
     * What the next migration begins with.
     *
     * @param cost what a switchover costs here
     */
    public void learn(SwitchoverCost cost) {
        switchoverCost = cost;
    }

    DirtyLog log() {
        return log;
    }

    /** Whether the log is the kernel's rings, with the machine's own marks. */
    boolean hasDirtyRing() {
        return hasDirtyRing;
    }

    DirtyRound round() {
        return round;
    }

    /**
     * Lets the guest run for a while, then stops it, lets it check all of its memory and, if it was running before, go on.
     *
     * @param runFor how long it runs
     * @return what it found, and whether it made steps at all
     * @throws IOException if it does not stop or cannot check itself
     * @throws InterruptedException if the caller is interrupted
     */
    public SelfCheckResult runOnAndCheck(Duration runFor) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        long stepsBefore = guest.stats().steps();
        Thread.sleep(runFor);
        boolean wasRunning = guest.isRunning();
        long ranNanos = System.nanoTime() - startNanos;
        guest.stop();
        try {
            return checkStopped(guest.stats().steps() - stepsBefore, ranNanos);
        } finally {
            if (wasRunning) {
                guest.cont();
            }
        }
    }

    private SelfCheckResult checkStopped(long newSteps, long ranNanos) throws IOException, InterruptedException {
        SelfCheckResult found = checkStopped();
        return new SelfCheckResult(found.passed(), "%d new steps; %s".formatted(newSteps, found.summary()), ranNanos);
    }

    /**
     * Lets the guest, which has been stopped, check all of its memory.
     *
     * @return what it found
     * @throws IOException if it does not stand still in time
     * @throws InterruptedException if the caller is interrupted
     */
    SelfCheckResult checkStopped() throws IOException, InterruptedException {
        if (!guest.awaitDrained(DRAIN_LIMIT)) {
            throw new IOException("the guest did not stop within " + DRAIN_LIMIT.toSeconds() + " s");
        }
        try {
            SelfCheckReport report = guest.check();
            return new SelfCheckResult(report.isGood(), report.toString().replaceAll("\\R\\s*", "; "), 0);
        } catch (IllegalStateException e) {
            return new SelfCheckResult(false, Failures.reason(e), 0);
        }
    }

    /** Ends the guest and unmaps its memory. */
    @Override
    public void close() {
        guest.close();
        round.close();
        marks.close();
        memory.close();
    }
}
