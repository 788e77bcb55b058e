package org.ramtracker.sim.monitor.qmp;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.CounterValue;
import org.ramtracker.sim.monitor.DirtyRateInfo;
import org.ramtracker.sim.monitor.DirtyRateRequest;
import org.ramtracker.sim.monitor.GuestCheck;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MigrationCapability;
import org.ramtracker.sim.monitor.MigrationInfo;
import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.ParameterChanges;
import org.ramtracker.sim.monitor.RamBlockInfo;
import org.ramtracker.sim.monitor.RunState;
import org.ramtracker.sim.monitor.ShutdownReason;
import org.ramtracker.sim.monitor.Subscription;
import org.ramtracker.sim.monitor.TransferParameters;
import org.ramtracker.sim.monitor.TransferReport;
import org.ramtracker.sim.monitor.VmEvent;

/** A machine without a guest that remembers what it was asked. */
final class FakeVm implements ManagedVm {
    final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Consumer<VmEvent>> listeners = new CopyOnWriteArrayList<>();
    private final Set<MigrationCapability> capabilities = EnumSet.of(MigrationCapability.EVENTS);
    private MigrationParameters parameters = MigrationParameters.defaults();
    private TransferParameters transfer = TransferParameters.defaults();
    volatile MigrationInfo migration = MigrationInfo.NEVER;

    void tell(VmEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public RunState runState() {
        return RunState.RUNNING;
    }

    @Override
    public void stop() {
        calls.add("stop");
        tell(new VmEvent.Stop(Instant.ofEpochSecond(7, 123_456_789)));
    }

    @Override
    public void cont() throws MonitorException {
        throw new MonitorException("no");
    }

    @Override
    public void migrate(String uri) {
        calls.add("migrate " + uri);
    }

    @Override
    public void migrateIncoming(String uri, boolean exitOnError) {
        calls.add("migrate-incoming " + uri + " " + exitOnError);
    }

    @Override
    public void cancelMigration() {
        calls.add("cancel");
    }

    @Override
    public void continueMigration(MigrationStatus expected) {
        calls.add("continue " + expected.qmpName());
    }

    @Override
    public synchronized MigrationParameters parameters() {
        return parameters;
    }

    @Override
    public synchronized TransferParameters transferParameters() {
        return transfer;
    }

    @Override
    public synchronized void changeParameters(ParameterChanges changes) throws MonitorException {
        try {
            MigrationParameters changed = parameters.with(changes.engine());
            transfer = transfer.with(changes.transfer(), 4096);
            parameters = changed;
        } catch (IllegalArgumentException e) {
            throw new MonitorException(e.getMessage());
        }
    }

    @Override
    public Set<MigrationCapability> capabilities() {
        return capabilities;
    }

    @Override
    public void changeCapabilities(Map<MigrationCapability, Boolean> changes) {
        changes.forEach((capability, on) -> {
            boolean ignored = on ? capabilities.add(capability) : capabilities.remove(capability);
        });
    }

    @Override
    public MigrationInfo migration() {
        return migration;
    }

    @Override
    public List<RamBlockInfo> ramBlocks() {
        return List.of();
    }

    @Override
    public List<CounterValue> counters() {
        return List.of();
    }

    @Override
    public GuestCheck checkGuest() {
        throw new IllegalStateException("a fault");
    }

    @Override
    public void calcDirtyRate(DirtyRateRequest request) {
        calls.add("calc-dirty-rate " + request);
    }

    @Override
    public DirtyRateInfo dirtyRate() {
        return DirtyRateInfo.UNSTARTED;
    }

    @Override
    public Subscription subscribe(Consumer<VmEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void quit(ShutdownReason reason) {
        tell(new VmEvent.Shutdown(Instant.EPOCH, reason));
    }

    MigrationInfo incoming(String uri) {
        return new MigrationInfo(
                MigrationInfo.Direction.INCOMING,
                MigrationStatus.SETUP,
                Optional.empty(),
                TransferReport.NOTHING,
                Optional.empty(),
                Optional.of(uri));
    }
}
