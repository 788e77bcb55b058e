package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.guest.Guest;
import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.RunState;
import org.ramtracker.sim.monitor.VmEvent;

/**
 * Whether the guest runs here, and who may let it: the one place that starts, stops and continues the guest of a machine that
 * can be managed.
 *
 * <pre>
 *   inmigrate --- guest arrives ---.             prelaunch (-S)
 *                                  v                 | cont
 *        paused  &lt;--- stop ---  running  &lt;-----------'
 *           |  --- cont ----&gt;      |
 *           '----------+-----------'
 *                      | last phase of a migration
 *                      v
 *               finish-migrate ---- it failed or was cancelled ----&gt; as before
 *                      | it completed
 *                      v
 *                 postmigrate  ---- cont, if it went into a file ----&gt; running
 * </pre>
 *
 * <p>Threads: any. Nothing waits under the lock.
 */
final class MachineState {
    /** Where the guest went when it was given up. */
    enum Gone {
        /** Into a file, of which nobody else runs it. */
        TO_FILE,
        /** To a destination that was told to run it. */
        TO_DESTINATION,
        /** To a destination that may run it or not. */
        PERHAPS_TO_DESTINATION
    }

    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);
    private static final Duration DRAIN_POLL = Duration.ofMillis(100);

    private final MachineEvents events;
    private @Nullable SimulatedVm vm;
    private RunState runState;
    private RunState beforeFinish;
    private boolean autostart;
    private Gone gone = Gone.TO_FILE;
    private boolean checking;

    private MachineState(MachineEvents events, @Nullable SimulatedVm vm, RunState runState, boolean autostart) {
        this.events = events;
        this.vm = vm;
        this.runState = runState;
        this.beforeFinish = runState;
        this.autostart = autostart;
    }

    /** Of a machine that has been booted. */
    static MachineState booted(MachineEvents events, SimulatedVm vm, boolean running) {
        return new MachineState(events, vm, running ? RunState.RUNNING : RunState.PRELAUNCH, running);
    }

    /** Of a machine that waits for a guest, to run it or to keep it stopped. */
    static MachineState awaitingGuest(MachineEvents events, boolean autostart) {
        return new MachineState(events, null, RunState.INMIGRATE, autostart);
    }

    synchronized RunState runState() {
        return runState == RunState.RUNNING && hasFailed() ? RunState.INTERNAL_ERROR : runState;
    }

    private boolean hasFailed() {
        return vm != null && vm.guest().failure().isPresent();
    }

    /** The machine's memory and guest, once there is one. */
    synchronized Optional<SimulatedVm> vm() {
        return Optional.ofNullable(vm);
    }

    /** Stops the guest, and waits until it stands still. */
    void stop() throws MonitorException {
        Optional<Guest> stopped = requestStop();
        if (stopped.isPresent()) {
            awaitStill(stopped.get());
        }
    }

    private synchronized Optional<Guest> requestStop() {
        switch (runState) {
            case INMIGRATE -> autostart = false;
            case RUNNING -> {
                Guest guest = guest();
                guest.stop();
                runState = RunState.PAUSED;
                events.publish(VmEvent.Stop::new);
                return Optional.of(guest);
            }
            case FINISH_MIGRATE, PAUSED -> { // the pause, or another client's stop, may still be under way
                guest().stop();
                return Optional.of(guest());
            }
            case PRELAUNCH, POSTMIGRATE, INTERNAL_ERROR, SHUTDOWN -> {
                // it does not run
            }
        }
        return Optional.empty();
    }

    /** Unless somebody lets it go on meanwhile. */
    private static void awaitStill(Guest guest) throws MonitorException {
        long startNanos = System.nanoTime();
        try {
            while (!guest.isRunning() && !guest.awaitDrained(DRAIN_POLL)) {
                if (System.nanoTime() - startNanos > DRAIN_LIMIT.toNanos()) {
                    throw new MonitorException("the guest did not stop within %d s".formatted(DRAIN_LIMIT.toSeconds()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MonitorException("interrupted while the guest was stopping");
        }
    }

    synchronized void cont() throws MonitorException {
        switch (runState) {
            case INMIGRATE -> autostart = true;
            case PRELAUNCH, PAUSED -> goOn();
            case POSTMIGRATE -> {
                refuseIfElsewhere();
                guest().resume();
                goOn();
            }
            case FINISH_MIGRATE -> throw new MonitorException("Migration is not finalized yet");
            case INTERNAL_ERROR -> throw new MonitorException("Resetting the Virtual Machine is required");
            case SHUTDOWN -> throw new MonitorException("The machine is being shut down");
            case RUNNING -> {
                // as wanted
            }
        }
    }

    private void goOn() {
        if (!checking) {
            guest().cont();
        }
        runState = RunState.RUNNING;
        events.publish(VmEvent.Resume::new);
    }

    private void refuseIfElsewhere() throws MonitorException {
        switch (gone) {
            case TO_FILE -> {
                // nobody runs a file by itself
            }
            case TO_DESTINATION ->
                throw new MonitorException(
                        "The guest was migrated and runs at its destination: running it here as well would"
                                + " split it in two; use 'quit'");
            case PERHAPS_TO_DESTINATION ->
                throw new MonitorException(
                        "The guest was given up to a destination that could not be told so, and may run"
                                + " there: use 'cont' there if it is paused, and 'quit' here");
        }
    }

    /** The guest is paused for the last phase of a migration. */
    synchronized void finishMigrate() {
        if (runState == RunState.FINISH_MIGRATE) {
            return;
        }
        beforeFinish = runState;
        runState = RunState.FINISH_MIGRATE;
        if (beforeFinish == RunState.RUNNING) {
            events.publish(VmEvent.Stop::new);
        }
    }

    /** The migration is over and the guest is still here. */
    synchronized void stayed() {
        if (runState != RunState.FINISH_MIGRATE) {
            return;
        }
        if (guest().isRunning()) {
            runState = RunState.RUNNING;
            events.publish(VmEvent.Resume::new);
        } else {
            runState = beforeFinish == RunState.RUNNING ? RunState.PAUSED : beforeFinish;
        }
    }

    /** The migration is over and the guest was given up here. */
    synchronized void left(Gone where) {
        gone = where;
        runState = RunState.POSTMIGRATE;
    }

    /**
     * A guest has arrived, and runs here if nobody stopped it here or where it came from.
     *
     * @param mayRun false if the source may run it as well; then only {@link #cont} starts it
     */
    synchronized void arrived(SimulatedVm arrived, boolean mayRun) {
        vm = arrived;
        arrived.start(autostart && mayRun);
        if (arrived.guest().isRunning()) {
            runState = RunState.RUNNING;
            events.publish(VmEvent.Resume::new);
        } else {
            runState = RunState.PAUSED;
        }
    }

    /**
     * Stops the guest for a check, after which it is as it was, or as somebody wants it meanwhile.
     *
     * @return the check, which has to be run
     * @throws MonitorException if there is no guest, or a check runs already
     */
    synchronized Check beginCheck() throws MonitorException {
        if (vm == null || checking) {
            throw new MonitorException(checking ? "The guest is being checked already" : "There is no guest to check");
        }
        checking = true;
        vm.guest().stop();
        return new Check(vm);
    }

    private synchronized void endCheck(Guest guest) {
        checking = false;
        if (runState == RunState.RUNNING) {
            guest.cont();
        }
        notifyAll();
    }

    /** A check of the guest that has begun. */
    final class Check {
        private final SimulatedVm checked;

        private Check(SimulatedVm checked) {
            this.checked = checked;
        }

        /** Runs it, and lets the guest go on. */
        SelfCheckResult run() throws MonitorException, InterruptedException {
            try {
                return checked.checkStopped();
            } catch (IOException e) {
                throw new MonitorException(Failures.reason(e));
            } finally {
                endCheck(checked.guest());
            }
        }
    }

    /** Whether the guest is stopped only to be checked; then is no time to migrate it. */
    synchronized boolean isChecking() {
        return checking;
    }

    private Guest guest() {
        if (vm == null) {
            throw new IllegalStateException("there is no guest in state " + runState.qmpName());
        }
        return vm.guest();
    }

    /** Ends the guest. Nobody may use it any more. */
    void shutDown() throws InterruptedException {
        SimulatedVm ended;
        synchronized (this) {
            while (checking) {
                wait();
            }
            runState = RunState.SHUTDOWN;
            ended = vm;
            vm = null;
        }
        if (ended != null) {
            ended.close();
        }
    }
}
