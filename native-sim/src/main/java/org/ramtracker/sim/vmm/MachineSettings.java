package org.ramtracker.sim.vmm;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.sim.monitor.MigrationCapability;

/**
 * What is set for a machine's migrations. Two of QEMU's capabilities are parameters of the engine.
 *
 * <p>Threads: any.
 */
final class MachineSettings {
    private static final Map<MigrationCapability, MigrationParameter> SWITCHES = new EnumMap<>(Map.of(
            MigrationCapability.AUTO_CONVERGE, MigrationParameter.AUTO_CONVERGE,
            MigrationCapability.PAUSE_BEFORE_SWITCHOVER, MigrationParameter.PAUSE_BEFORE_SWITCHOVER));

    private volatile MigrationParameters parameters;
    private volatile boolean sendsEvents = true;

    MachineSettings(MigrationParameters parameters) {
        this.parameters = parameters;
    }

    MigrationParameters parameters() {
        return parameters;
    }

    /**
     * Changes parameters.
     *
     * @throws IllegalArgumentException if {@code change} does; then nothing changes
     */
    synchronized void change(UnaryOperator<MigrationParameters> change) {
        parameters = change.apply(parameters);
    }

    /** Whether migrations are told of in events. */
    boolean sendsEvents() {
        return sendsEvents;
    }

    Set<MigrationCapability> capabilities() {
        Set<MigrationCapability> on = EnumSet.noneOf(MigrationCapability.class);
        MigrationParameters present = parameters();
        SWITCHES.forEach((capability, parameter) -> {
            if (present.isOn(parameter)) {
                on.add(capability);
            }
        });
        if (sendsEvents) {
            on.add(MigrationCapability.EVENTS);
        }
        return on;
    }

    void change(Map<MigrationCapability, Boolean> changes) {
        Map<MigrationParameter, Long> switched = new EnumMap<>(MigrationParameter.class);
        SWITCHES.forEach((capability, parameter) -> {
            Boolean on = changes.get(capability);
            if (on != null) {
                switched.put(parameter, on ? 1L : 0L);
            }
        });
        sendsEvents = changes.getOrDefault(MigrationCapability.EVENTS, sendsEvents);
        change((MigrationParameters present) -> present.with(switched));
    }
}
