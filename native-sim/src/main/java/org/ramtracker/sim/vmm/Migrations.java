package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.ramtracker.migrate.MigrationCounters;
import org.ramtracker.migrate.MigrationOutcome.GuestAt;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.DirtyRateInfo;
import org.ramtracker.sim.monitor.DirtyRateRequest;
import org.ramtracker.sim.monitor.MigrationInfo;
import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.RunState;
import org.ramtracker.sim.monitor.VmEvent;

/**
 * A machine's migrations, away and to here: one at a time, any number in a row, all in the background.
 *
 * <p>Threads: any. The lock says which migration is the current one, and is held for moments only.
 */
final class Migrations {
    private final MachineState state;
    private final MachineEvents events;
    private final MachineSettings settings;
    private final MigrationCounters counters;
    private final IncomingTerms incomingTerms;
    private final Runnable onNoGuest;
    private final DirtyRateMeasurement dirtyRate = new DirtyRateMeasurement();
    private @Nullable OutgoingJob outgoing;
    private @Nullable IncomingJob incoming;
    private boolean closed;

    /**
     * None yet.
     *
     * @param onNoGuest run when no guest has arrived, and none will
     */
    Migrations(
            MachineState state,
            MachineEvents events,
            MachineSettings settings,
            MigrationCounters counters,
            IncomingTerms incomingTerms,
            Runnable onNoGuest) {
        this.state = state;
        this.events = events;
        this.settings = settings;
        this.counters = counters;
        this.incomingTerms = incomingTerms;
        this.onNoGuest = onNoGuest;
    }

    synchronized void migrate(String uri) throws MonitorException {
        Endpoint to = parse(uri);
        refuseIfMigrating();
        refuseUnlessMigratable();
        SimulatedVm vm = state.vm().orElseThrow(() -> new MonitorException("There is no guest to migrate"));
        TransferSpec form = settings.transfer();
        FormCheck.refuseUnlessSendable(form, to, vm.memory().pageSize().bytes());
        OutgoingJob job = new OutgoingJob(vm, to, form, settings::parameters, counters, new OutgoingOwner());
        outgoing = job;
        job.start();
    }

    private static Endpoint parse(String uri) throws MonitorException {
        try {
            return Endpoint.parse(uri);
        } catch (IllegalArgumentException e) {
            throw new MonitorException(Failures.reason(e));
        }
    }

    private boolean isMigrating() {
        return outgoing != null && !outgoing.isOver();
    }

    /** In QEMU's words. */
    synchronized void refuseIfMigrating() throws MonitorException {
        if (isMigrating()) {
            throw new MonitorException("There's a migration process in progress");
        }
    }

    /** What both sides of a migration have to know from its beginning does not change while it runs. In QEMU's words. */
    synchronized void refuseIfSettled() throws MonitorException {
        refuseIfMigrating();
        if (incoming != null && incoming.isConnected()) {
            throw new MonitorException("Multifd must be set before incoming starts");
        }
    }

    private void refuseUnlessMigratable() throws MonitorException {
        if (state.isChecking()) {
            throw new MonitorException("The guest is being checked; try again when that is done");
        }
        switch (closed ? RunState.SHUTDOWN : state.runState()) {
            case INMIGRATE -> throw new MonitorException("Guest is waiting for an incoming migration");
            case POSTMIGRATE ->
                throw new MonitorException("Can't migrate the vm that was paused due to previous migration");
            case INTERNAL_ERROR -> throw new MonitorException("The guest has failed and cannot be migrated");
            case SHUTDOWN -> throw new MonitorException("The machine is being shut down");
            case PRELAUNCH, RUNNING, PAUSED, FINISH_MIGRATE -> {
                // there is a guest, and it is here
            }
        }
    }

    synchronized void migrateIncoming(String uri, boolean exitOnError) throws MonitorException {
        Endpoint from = parse(uri);
        if (closed || state.runState() != RunState.INMIGRATE) {
            throw new MonitorException("'-incoming' was not specified on the command line");
        }
        if (incoming != null && !incoming.isOver()) {
            throw new MonitorException("The incoming migration has already been started");
        }
        FormCheck.refuseChannelsOfFile(settings.channels(), from);
        try {
            IncomingJob job =
                    IncomingJob.open(from, incomingTerms, settings::channels, exitOnError, new IncomingOwner());
            incoming = job;
            job.start();
        } catch (IOException e) {
            throw new MonitorException(Failures.reason(e));
        }
    }

    void cancel() {
        OutgoingJob job = currentOutgoing();
        if (job != null) {
            job.cancel();
        }
    }

    private synchronized @Nullable OutgoingJob currentOutgoing() {
        return outgoing;
    }

    private synchronized @Nullable IncomingJob currentIncoming() {
        return incoming;
    }

    void proceed(MigrationStatus expected) throws MonitorException {
        OutgoingJob job = currentOutgoing();
        MigrationStatus status = job == null ? MigrationStatus.NONE : job.status();
        if (job == null || status != expected) {
            throw new MonitorException("Migration not in expected state: " + status.qmpName());
        }
        job.continueSwitchover();
    }

    /** What is set now holds for a migration that runs, too. */
    void applyParameters() {
        OutgoingJob job = currentOutgoing();
        if (job != null) {
            job.applyParameters();
        }
    }

    /** Of the last that was begun. */
    synchronized MigrationInfo info() {
        if (outgoing != null) {
            return outgoing.info();
        }
        return incoming != null ? incoming.info() : MigrationInfo.NEVER;
    }

    /** A check of the guest, which keeps it from being migrated until it has been run. */
    synchronized MachineState.Check beginCheck() throws MonitorException {
        refuseIfMigrating();
        return state.beginCheck();
    }

    /** Measures, unless a migration needs the same log. */
    synchronized void calcDirtyRate(DirtyRateRequest request) throws MonitorException {
        if (closed) { // the memory is about to go
            throw new MonitorException("The machine is being shut down");
        }
        SimulatedVm vm = state.vm().orElseThrow(() -> new MonitorException("There is no guest to measure"));
        dirtyRate.begin(
                request, new DirtyRateMeasurement.Subject(vm.memory(), vm.log(), vm.hasDirtyRing(), isMigrating()));
    }

    DirtyRateInfo dirtyRate() {
        return dirtyRate.info();
    }

    /** Ends what migrates or measures, and begins no more. */
    void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
        }
        OutgoingJob leaving = currentOutgoing();
        if (leaving != null) {
            leaving.cancel();
            leaving.join();
        }
        IncomingJob arriving = currentIncoming();
        if (arriving != null) {
            arriving.cancel();
            arriving.join();
        }
        dirtyRate.close();
    }

    private void tell(MigrationStatus status) {
        if (settings.sendsEvents()) {
            events.publish(at -> new VmEvent.Migration(at, status));
        }
    }

    private final class OutgoingOwner implements OutgoingJob.Owner {
        @Override
        public void onBegin() {
            dirtyRate.releaseLog();
        }

        @Override
        public void onStatus(MigrationStatus status) {
            if (status == MigrationStatus.PRE_SWITCHOVER || status == MigrationStatus.DEVICE) {
                state.finishMigrate();
            }
            tell(status);
        }

        @Override
        public void onPass(long pass) {
            if (settings.sendsEvents()) {
                events.publish(at -> new VmEvent.MigrationPass(at, pass));
            }
        }

        @Override
        public void onEnd(OutgoingJob job, GuestAt guestAt) {
            synchronized (Migrations.this) {
                settle(guestAt, job.to() instanceof Endpoint.File);
                tell(job.conclude());
            }
        }

        private void settle(GuestAt guestAt, boolean isFile) {
            if (guestAt == GuestAt.SOURCE) {
                state.stayed();
            } else if (isFile) {
                state.left(MachineState.Gone.TO_FILE);
            } else {
                state.left(
                        guestAt == GuestAt.DESTINATION
                                ? MachineState.Gone.TO_DESTINATION
                                : MachineState.Gone.PERHAPS_TO_DESTINATION);
            }
        }
    }

    private final class IncomingOwner implements IncomingJob.Owner {
        @Override
        public void onStatus(MigrationStatus status) {
            tell(status);
        }

        @Override
        public void onArrival(SimulatedVm vm, boolean mayRun) {
            state.arrived(vm, mayRun);
        }

        @Override
        public SelfCheckResult check(Duration runFor) throws InterruptedException {
            Thread.sleep(runFor);
            try {
                return beginCheck().run();
            } catch (MonitorException e) {
                return new SelfCheckResult(false, e.description(), runFor.toNanos());
            }
        }

        @Override
        public void onEnd(IncomingJob job) {
            if (job.exitsOnError() && state.runState() == RunState.INMIGRATE) {
                onNoGuest.run();
            }
        }
    }
}
