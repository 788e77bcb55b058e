package org.ramtracker.sim.monitor.hmp;

import java.util.ArrayList;
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

/** A machine that does nothing but remember what it was told. */
final class FakeVm implements ManagedVm {
    final List<String> told = new CopyOnWriteArrayList<>();
    final Set<MigrationCapability> on = EnumSet.noneOf(MigrationCapability.class);
    volatile RunState state = RunState.RUNNING;
    volatile MigrationInfo migration = MigrationInfo.NEVER;
    volatile MigrationParameters parameters = MigrationParameters.defaults();
    volatile TransferParameters transfer = TransferParameters.defaults();
    volatile DirtyRateInfo dirtyRate = DirtyRateInfo.UNSTARTED;
    volatile Optional<String> refusal = Optional.empty();
    List<DirtyRateRequest> measurements = new ArrayList<>();

    private void tell(String what) throws MonitorException {
        if (refusal.isPresent()) {
            throw new MonitorException(refusal.get());
        }
        told.add(what);
    }

    void migrationIs(MigrationStatus status) {
        migration = new MigrationInfo(
                MigrationInfo.Direction.OUTGOING,
                status,
                Optional.empty(),
                TransferReport.NOTHING,
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public String name() {
        return "guest1";
    }

    @Override
    public RunState runState() {
        return state;
    }

    @Override
    public void stop() throws MonitorException {
        tell("stop");
    }

    @Override
    public void cont() throws MonitorException {
        tell("cont");
    }

    @Override
    public void migrate(String uri) throws MonitorException {
        tell("migrate " + uri);
        migrationIs(MigrationStatus.ACTIVE);
    }

    @Override
    public void migrateIncoming(String uri, boolean exitOnError) throws MonitorException {
        tell("migrate-incoming " + uri);
    }

    @Override
    public void cancelMigration() {
        told.add("cancel");
        migrationIs(MigrationStatus.CANCELLED);
    }

    @Override
    public void continueMigration(MigrationStatus expected) throws MonitorException {
        tell("continue " + expected.qmpName());
    }

    @Override
    public MigrationParameters parameters() {
        return parameters;
    }

    @Override
    public TransferParameters transferParameters() {
        return transfer;
    }

    @Override
    public void changeParameters(ParameterChanges changes) throws MonitorException {
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
        return on;
    }

    @Override
    public void changeCapabilities(Map<MigrationCapability, Boolean> changes) throws MonitorException {
        tell("capabilities " + changes);
    }

    @Override
    public MigrationInfo migration() {
        return migration;
    }

    @Override
    public List<RamBlockInfo> ramBlocks() {
        return List.of(
                new RamBlockInfo("pc.ram", 4096, 0, 64L << 20),
                new RamBlockInfo("vga.vram", 2 << 20, 0xfd00_0000L, 16L << 20));
    }

    @Override
    public List<CounterValue> counters() {
        return List.of(new CounterValue("transferred (bytes)", 123), new CounterValue("normal (pages)", 4));
    }

    @Override
    public GuestCheck checkGuest() throws MonitorException {
        tell("check");
        return new GuestCheck(true, "20480 pages checked");
    }

    @Override
    public void calcDirtyRate(DirtyRateRequest request) throws MonitorException {
        tell("calc-dirty-rate");
        measurements.add(request);
    }

    @Override
    public DirtyRateInfo dirtyRate() {
        return dirtyRate;
    }

    @Override
    public Subscription subscribe(Consumer<VmEvent> listener) {
        return () -> {};
    }

    @Override
    public void quit(ShutdownReason reason) {
        told.add("quit " + reason.qmpName());
        state = RunState.SHUTDOWN;
    }
}
