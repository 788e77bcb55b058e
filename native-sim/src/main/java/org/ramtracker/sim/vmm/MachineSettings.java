package org.ramtracker.sim.vmm;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.ramtracker.live.Compression;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.sim.monitor.MigrationCapability;
import org.ramtracker.sim.monitor.ParameterChanges;
import org.ramtracker.sim.monitor.TransferParameter;
import org.ramtracker.sim.monitor.TransferParameters;

/**
 * What is set for a machine's migrations. Two of QEMU's capabilities are parameters of the engine, and two say in what form
 * pages travel.
 *
 * <p>Threads: any.
 */
final class MachineSettings {
    private static final Map<MigrationCapability, MigrationParameter> SWITCHES = new EnumMap<>(Map.of(
            MigrationCapability.AUTO_CONVERGE, MigrationParameter.AUTO_CONVERGE,
            MigrationCapability.PAUSE_BEFORE_SWITCHOVER, MigrationParameter.PAUSE_BEFORE_SWITCHOVER));

    /** zstd's own, which its level 0 stands for. */
    private static final int ZSTD_LEVEL_DEFAULT = 3;

    private volatile MigrationParameters parameters;
    private volatile TransferParameters transferParameters = TransferParameters.defaults();

    /** Those that are no parameter of the engine; immutable. */
    private volatile Set<MigrationCapability> own = Set.of(MigrationCapability.EVENTS);

    MachineSettings(MigrationParameters parameters) {
        this.parameters = parameters;
    }

    MigrationParameters parameters() {
        return parameters;
    }

    TransferParameters transferParameters() {
        return transferParameters;
    }

    /**
     * Changes parameters.
     *
     * @param pageBytes size of the guest's pages
     * @throws IllegalArgumentException if a value is out of range; then nothing changes
     */
    synchronized void change(ParameterChanges changes, int pageBytes) {
        MigrationParameters changed = parameters.with(changes.engine());
        transferParameters = transferParameters.with(changes.transfer(), pageBytes);
        parameters = changed;
    }

    /** Whether migrations are told of in events. */
    boolean sendsEvents() {
        return own.contains(MigrationCapability.EVENTS);
    }

    Set<MigrationCapability> capabilities() {
        Set<MigrationCapability> on = EnumSet.noneOf(MigrationCapability.class);
        on.addAll(own);
        MigrationParameters present = parameters();
        SWITCHES.forEach((capability, parameter) -> {
            if (present.isOn(parameter)) {
                on.add(capability);
            }
        });
        return on;
    }

    /**
     * Switches capabilities.
     *
     * @throws IllegalArgumentException if some do not go together, in QEMU's words; then nothing changes
     */
    synchronized void change(Map<MigrationCapability, Boolean> changes) {
        Set<MigrationCapability> nextOwn = EnumSet.noneOf(MigrationCapability.class);
        nextOwn.addAll(own);
        Map<MigrationParameter, Long> switched = new EnumMap<>(MigrationParameter.class);
        changes.forEach((capability, on) -> {
            MigrationParameter parameter = SWITCHES.get(capability);
            if (parameter != null) {
                switched.put(parameter, on ? 1L : 0L);
            } else if (on) {
                nextOwn.add(capability);
            } else {
                nextOwn.remove(capability);
            }
        });
        refuseContradiction(nextOwn);
        own = Set.copyOf(nextOwn);
        parameters = parameters.with(switched);
    }

    private static void refuseContradiction(Set<MigrationCapability> on) {
        if (on.contains(MigrationCapability.MULTIFD) && on.contains(MigrationCapability.XBZRLE)) {
            throw new IllegalArgumentException("Multifd is not compatible with xbzrle");
        }
    }

    /** Page channels of a migration that begins now, at either side. */
    int channels() {
        return own.contains(MigrationCapability.MULTIFD)
                ? (int) transferParameters.get(TransferParameter.MULTIFD_CHANNELS)
                : 0;
    }

    /** In what form the pages of a migration travel that begins now. */
    synchronized TransferSpec transfer() {
        if (own.contains(MigrationCapability.XBZRLE)) {
            return new TransferSpec(transferParameters.get(TransferParameter.XBZRLE_CACHE_SIZE), 0, Compression.NONE);
        }
        return channels() == 0 ? TransferSpec.PLAIN : new TransferSpec(0, channels(), compression());
    }

    private Compression compression() {
        int zstdLevel = (int) transferParameters.get(TransferParameter.MULTIFD_ZSTD_LEVEL);
        return switch (transferParameters.compression()) {
            case NONE -> Compression.NONE;
            case ZLIB ->
                new Compression(transferParameters.compression(), (int)
                        transferParameters.get(TransferParameter.MULTIFD_ZLIB_LEVEL));
            case ZSTD ->
                new Compression(transferParameters.compression(), zstdLevel == 0 ? ZSTD_LEVEL_DEFAULT : zstdLevel);
        };
    }
}
