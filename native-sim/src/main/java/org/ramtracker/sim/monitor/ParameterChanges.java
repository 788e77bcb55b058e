package org.ramtracker.sim.monitor;

import java.util.Map;
import org.ramtracker.migrate.MigrationParameter;

/**
 * What one command sets: all of it, or nothing if one value is refused.
 *
 * @param engine new values of what governs migrations, in the engine's units
 * @param transfer new values of the form in which pages travel
 */
public record ParameterChanges(Map<MigrationParameter, Long> engine, Map<TransferParameter, Long> transfer) {
    /**
     * One value.
     *
     * @param parameter which
     * @param value in the engine's unit
     * @return the change
     */
    public static ParameterChanges of(MigrationParameter parameter, long value) {
        return new ParameterChanges(Map.of(parameter, value), Map.of());
    }

    /**
     * One value.
     *
     * @param parameter which
     * @param value its value
     * @return the change
     */
    public static ParameterChanges of(TransferParameter parameter, long value) {
        return new ParameterChanges(Map.of(), Map.of(parameter, value));
    }
}
