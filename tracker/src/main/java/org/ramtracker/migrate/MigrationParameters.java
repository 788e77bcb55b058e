package org.ramtracker.migrate;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * All that an operator sets about a migration: a value for each {@link MigrationParameter}. A running migration takes another
 * set at any time through {@link MigrationControl}.
 *
 * <p>Threads: immutable.
 */
public final class MigrationParameters {
    private static final MigrationParameters DEFAULTS =
            new MigrationParameters(Arrays.stream(MigrationParameter.values())
                    .collect(Collectors.toMap(parameter -> parameter, MigrationParameter::byDefault)));

    private final EnumMap<MigrationParameter, Long> values;

    private MigrationParameters(Map<MigrationParameter, Long> values) {
        this.values = new EnumMap<>(values);
    }

    /**
     * QEMU's defaults: 128 MiB/s, 300 ms, and nothing that forces an end.
     *
     * @return the defaults
     */
    public static MigrationParameters defaults() {
        return DEFAULTS;
    }

    /**
     * The defaults with another bandwidth and downtime limit, which is what most migrations set.
     *
     * @param maxBandwidthBytesPerSecond {@code max-bandwidth}, 0 = unlimited
     * @param downtimeLimitNanos {@code downtime-limit}, 0 to 2000 s
     * @return a set of parameters
     * @throws IllegalArgumentException if one is out of range; the message says the range
     */
    public static MigrationParameters of(long maxBandwidthBytesPerSecond, long downtimeLimitNanos) {
        return DEFAULTS.with(MigrationParameter.MAX_BANDWIDTH, maxBandwidthBytesPerSecond)
                .with(MigrationParameter.DOWNTIME_LIMIT, downtimeLimitNanos);
    }

    /**
     * A value.
     *
     * @param parameter which
     * @return its value, in the unit of this package: nanoseconds for times, 0 or 1 for switches
     */
    public long get(MigrationParameter parameter) {
        return Objects.requireNonNull(values.get(parameter));
    }

    /**
     * Whether a switch is on.
     *
     * @param parameter a {@link ParameterUnit#SWITCH}
     * @return true if its value is not 0
     */
    public boolean isOn(MigrationParameter parameter) {
        return get(parameter) != 0;
    }

    /**
     * These with one changed.
     *
     * @param parameter which
     * @param value its value, in the unit of this package
     * @return another set
     * @throws IllegalArgumentException if it is out of range; the message says the range
     */
    public MigrationParameters with(MigrationParameter parameter, long value) {
        return with(Map.of(parameter, value));
    }

    /**
     * These with one switched.
     *
     * @param parameter a {@link ParameterUnit#SWITCH}
     * @param on its value
     * @return another set
     */
    public MigrationParameters with(MigrationParameter parameter, boolean on) {
        return with(parameter, on ? 1 : 0);
    }

    /**
     * These with some changed at once, so that values that bound each other can move together.
     *
     * @param changes new values, in the unit of this package
     * @return another set
     * @throws IllegalArgumentException if one is out of range; the message says the range
     */
    public MigrationParameters with(Map<MigrationParameter, Long> changes) {
        Map<MigrationParameter, Long> changed = new EnumMap<>(values);
        changes.forEach((parameter, value) -> changed.put(parameter, parameter.checked(value)));
        return new MigrationParameters(changed).checked();
    }

    private MigrationParameters checked() {
        long initial = get(MigrationParameter.CPU_THROTTLE_INITIAL);
        long most = get(MigrationParameter.MAX_CPU_THROTTLE);
        if (most < initial) {
            throw new IllegalArgumentException(
                    "max-cpu-throttle %d is out of range: it is cpu-throttle-initial (%d) to 99 percent"
                            .formatted(most, initial));
        }
        return this;
    }

    /**
     * {@code max-bandwidth}.
     *
     * @return limit on the wire while the guest runs, 0 = unlimited
     */
    public long maxBandwidthBytesPerSecond() {
        return get(MigrationParameter.MAX_BANDWIDTH);
    }

    /**
     * {@code downtime-limit}.
     *
     * @return how long the guest may be paused at the switchover, as it was set; the one in force may be larger
     */
    public long downtimeLimitNanos() {
        return get(MigrationParameter.DOWNTIME_LIMIT);
    }

    /**
     * {@code max-total-time-action}.
     *
     * @return what happens at the deadline
     */
    public MaxTotalTimeAction maxTotalTimeAction() {
        return MaxTotalTimeAction.ofValue(get(MigrationParameter.MAX_TOTAL_TIME_ACTION));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MigrationParameters that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** Those that are not the defaults, in the units of this package. */
    @Override
    public String toString() {
        return values.keySet().stream()
                .filter(parameter -> get(parameter) != parameter.byDefault())
                .map(parameter -> parameter.qemuName() + "=" + get(parameter))
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
