package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ramtracker.counters.CountersFile;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.guest.DirtySource;
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
import org.ramtracker.sim.monitor.VmEvent;

/**
 * A machine that is managed while it runs: what {@code ramtracker vm} holds. Migrations away and to here go on in the
 * background, one at a time and any number in a row.
 *
 * <p>Threads: any.
 */
public final class ManagedMachine implements ManagedVm, AutoCloseable {
    /** How many counters the file of a machine needs room for. */
    public static final int COUNTERS = MachineCounters.CAPACITY;

    private final String name;
    private final MachineEvents events;
    private final MachineState state;
    private final MachineSettings settings;
    private final MachineCounters counters;
    private final Migrations migrations;
    private final AtomicReference<@Nullable ShutdownReason> endReason = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private ManagedMachine(
            MachineOptions options,
            MachineEvents events,
            MachineState state,
            IncomingTerms incomingTerms,
            CountersFile counters) {
        this.name = options.name();
        this.events = events;
        this.state = state;
        this.settings = new MachineSettings(options.parameters());
        this.counters = new MachineCounters(counters);
        this.migrations = new Migrations(
                state,
                events,
                settings,
                this.counters.migration(),
                incomingTerms,
                () -> quit(ShutdownReason.HOST_ERROR));
    }

    /**
     * Boots a machine.
     *
     * @param options name and settings
     * @param spec what to boot
     * @param counters where its figures are published; has to be open for as long as the machine is
     * @return the machine
     * @throws IOException if the memory cannot be had
     */
    public static ManagedMachine boot(MachineOptions options, VmSpec spec, CountersFile counters) throws IOException {
        MachineEvents events = new MachineEvents(InstantSource.system());
        SimulatedVm vm = SimulatedVm.boot(spec, options.running());
        MachineState state = MachineState.booted(events, vm, options.running());
        return new ManagedMachine(options, events, state, IncomingTerms.any(), counters);
    }

    /**
     * A machine that has no guest before {@link #migrateIncoming} has brought one.
     *
     * @param options name and settings
     * @param ramBytes the RAM that a guest must have; empty if any will do
     * @param dirtySource the dirty log that a guest gets here; empty for what suits it
     * @param counters where its figures are published; has to be open for as long as the machine is
     * @return the machine
     */
    public static ManagedMachine awaitGuest(
            MachineOptions options, OptionalLong ramBytes, Optional<DirtySource> dirtySource, CountersFile counters) {
        MachineEvents events = new MachineEvents(InstantSource.system());
        MachineState state = MachineState.awaitingGuest(events, options.running());
        IncomingTerms terms = ramBytes.isPresent() ? IncomingTerms.exactly(ramBytes.getAsLong()) : IncomingTerms.any();
        return new ManagedMachine(options, events, state, terms.with(dirtySource), counters);
    }

    /** For tests: what is behind it. */
    SimulatedVm simulated() {
        return state.vm().orElseThrow();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RunState runState() {
        return state.runState();
    }

    @Override
    public void stop() throws MonitorException {
        state.stop();
    }

    @Override
    public void cont() throws MonitorException {
        state.cont();
    }

    @Override
    public void migrate(String uri) throws MonitorException {
        migrations.migrate(uri);
    }

    @Override
    public void migrateIncoming(String uri, boolean exitOnError) throws MonitorException {
        migrations.migrateIncoming(uri, exitOnError);
    }

    @Override
    public void cancelMigration() {
        migrations.cancel();
    }

    @Override
    public void continueMigration(MigrationStatus expected) throws MonitorException {
        migrations.proceed(expected);
    }

    @Override
    public MigrationParameters parameters() {
        return settings.parameters();
    }

    @Override
    public TransferParameters transferParameters() {
        return settings.transferParameters();
    }

    @Override
    public void changeParameters(ParameterChanges changes) throws MonitorException {
        if (!changes.transfer().isEmpty()) {
            migrations.refuseIfSettled();
        }
        try {
            settings.change(changes, pageBytes());
        } catch (IllegalArgumentException e) {
            throw new MonitorException(Failures.reason(e));
        }
        migrations.applyParameters();
    }

    /** Of the guest; the smallest there are while it is not known. */
    private int pageBytes() {
        return state.vm()
                .map(vm -> vm.memory().pageSize())
                .orElse(PageSize.KIB_4)
                .bytes();
    }

    @Override
    public Set<MigrationCapability> capabilities() {
        return settings.capabilities();
    }

    @Override
    public void changeCapabilities(Map<MigrationCapability, Boolean> changes) throws MonitorException {
        if (changes.containsKey(MigrationCapability.MULTIFD)) {
            migrations.refuseIfSettled();
        }
        migrations.refuseIfMigrating();
        try {
            settings.change(changes);
        } catch (IllegalArgumentException e) {
            throw new MonitorException(Failures.reason(e));
        }
    }

    @Override
    public MigrationInfo migration() {
        return migrations.info();
    }

    @Override
    public List<RamBlockInfo> ramBlocks() {
        return state.vm().map(SimulatedVm::memory).map(ManagedMachine::blocks).orElse(List.of());
    }

    private static List<RamBlockInfo> blocks(GuestMemory memory) {
        return memory.blocks().stream()
                .map(block -> new RamBlockInfo(
                        block.idstr(),
                        memory.pageSize().bytes(),
                        block.guestPhysicalAddress(),
                        block.usedLengthBytes()))
                .toList();
    }

    @Override
    public List<CounterValue> counters() {
        return counters.values();
    }

    @Override
    public GuestCheck checkGuest() throws MonitorException {
        try {
            SelfCheckResult result = migrations.beginCheck().run();
            return new GuestCheck(result.passed(), result.summary());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MonitorException("interrupted while the guest was being checked");
        }
    }

    @Override
    public void calcDirtyRate(DirtyRateRequest request) throws MonitorException {
        migrations.calcDirtyRate(request);
    }

    @Override
    public DirtyRateInfo dirtyRate() {
        return migrations.dirtyRate();
    }

    @Override
    public Subscription subscribe(Consumer<VmEvent> listener) {
        return events.subscribe(listener);
    }

    @Override
    public void quit(ShutdownReason reason) {
        if (endReason.compareAndSet(null, reason)) {
            ended.countDown();
        }
    }

    /**
     * Waits until somebody wants it to end, or it cannot go on.
     *
     * @return why; after {@link ShutdownReason#HOST_ERROR} {@link #migration} tells the reason
     * @throws InterruptedException if the caller is interrupted
     */
    public ShutdownReason awaitEnd() throws InterruptedException {
        ended.await();
        return reason();
    }

    private ShutdownReason reason() {
        return Objects.requireNonNullElse(endReason.get(), ShutdownReason.HOST_ERROR);
    }

    /** Says so, ends what migrates, and then the guest. Nobody uses the counters afterwards. */
    @Override
    public void close() throws InterruptedException {
        quit(ShutdownReason.HOST_ERROR);
        events.publish(at -> new VmEvent.Shutdown(at, reason()));
        migrations.close();
        counters.close();
        state.shutDown();
    }
}
