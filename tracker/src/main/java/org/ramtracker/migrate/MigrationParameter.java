package org.ramtracker.migrate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What an operator sets about a migration, one by one, with range and default. Names, ranges and defaults are QEMU's where
 * QEMU has it; two of them are capabilities there. The rules that they govern are explained in {@code docs/convergence.md}.
 */
public enum MigrationParameter {
    /** Most bytes on the wire in a second while the guest runs; 0 = unlimited. */
    MAX_BANDWIDTH("max-bandwidth", ParameterUnit.BYTES_PER_SECOND, 0, Long.MAX_VALUE, 128L << 20),
    /** How long the guest may be paused at the switchover. */
    DOWNTIME_LIMIT("downtime-limit", ParameterUnit.TIME, 0, Ranges.DOWNTIME_NANOS_MAX, 300_000_000L),
    /** Bandwidth that the switchover test divides by, instead of the measured one; 0 = the measured one. */
    AVAIL_SWITCHOVER_BANDWIDTH("avail-switchover-bandwidth", ParameterUnit.BYTES_PER_SECOND, 0, Long.MAX_VALUE, 0),
    /** After so many passes the guest is paused, whatever the downtime; 0 = never. */
    MAX_ITERATIONS("max-iterations", ParameterUnit.PASSES, 0, Integer.MAX_VALUE, 0),
    /** When more than so many times the RAM was sent the guest is paused, whatever the downtime; 0 = never. */
    MAX_TRANSFER_FACTOR("max-transfer-factor", ParameterUnit.TIMES_RAM, 0, Integer.MAX_VALUE, 0),
    /** The downtime limit doubles whenever so much time has passed; 0 = never. */
    CONVERGENCE_TIMEOUT("convergence-timeout", ParameterUnit.TIME, 0, Ranges.TOTAL_NANOS_MAX, 0),
    /** The doubling stops here; 0 = nowhere. */
    CONVERGENCE_TIMEOUT_MAX_DOWNTIME(
            "convergence-timeout-max-downtime", ParameterUnit.TIME, 0, Ranges.DOWNTIME_NANOS_MAX, 0),
    /** Whether a guest that dirties too much is throttled. QEMU's capability. */
    AUTO_CONVERGE("auto-converge", ParameterUnit.SWITCH, 0, 1, 0),
    /** Dirtied bytes in percent of sent bytes above which it dirties too much. */
    THROTTLE_TRIGGER_THRESHOLD("throttle-trigger-threshold", ParameterUnit.PERCENT, 1, 100, 50),
    /** The first throttle. */
    CPU_THROTTLE_INITIAL("cpu-throttle-initial", ParameterUnit.PERCENT, 1, 99, 20),
    /** What each further step adds. */
    CPU_THROTTLE_INCREMENT("cpu-throttle-increment", ParameterUnit.PERCENT, 1, 99, 10),
    /** Whether steps become smaller where a smaller one would do. */
    CPU_THROTTLE_TAILSLOW("cpu-throttle-tailslow", ParameterUnit.SWITCH, 0, 1, 0),
    /** The hardest throttle; not below {@link #CPU_THROTTLE_INITIAL}. */
    MAX_CPU_THROTTLE("max-cpu-throttle", ParameterUnit.PERCENT, 1, 99, 99),
    /** When so much time has passed {@link #MAX_TOTAL_TIME_ACTION} happens; 0 = never. */
    MAX_TOTAL_TIME("max-total-time", ParameterUnit.TIME, 0, Ranges.TOTAL_NANOS_MAX, 0),
    /** What happens when {@link #MAX_TOTAL_TIME} has passed: {@link MaxTotalTimeAction}. */
    MAX_TOTAL_TIME_ACTION("max-total-time-action", ParameterUnit.ACTION, 0, 1, 0),
    /** Whether the paused guest waits for {@link MigrationControl#continueSwitchover}. QEMU's capability. */
    PAUSE_BEFORE_SWITCHOVER("pause-before-switchover", ParameterUnit.SWITCH, 0, 1, 0);

    private final String qemuName;
    private final ParameterUnit unit;
    private final long min;
    private final long max;
    private final long byDefault;

    MigrationParameter(String qemuName, ParameterUnit unit, long min, long max, long byDefault) {
        this.qemuName = qemuName;
        this.unit = unit;
        this.min = min;
        this.max = max;
        this.byDefault = byDefault;
    }

    /**
     * The name on a monitor and a command line.
     *
     * @return for example {@code downtime-limit}
     */
    public String qemuName() {
        return qemuName;
    }

    /**
     * What its values are counted in.
     *
     * @return the unit
     */
    public ParameterUnit unit() {
        return unit;
    }

    /**
     * The smallest value.
     *
     * @return in the unit of this package
     */
    public long min() {
        return min;
    }

    /**
     * The largest value, which is allowed.
     *
     * @return in the unit of this package
     */
    public long max() {
        return max;
    }

    /**
     * The value that nobody set.
     *
     * @return in the unit of this package
     */
    public long byDefault() {
        return byDefault;
    }

    /**
     * Whether QEMU has it among its capabilities, not its parameters.
     *
     * @return true for {@code auto-converge} and {@code pause-before-switchover}
     */
    public boolean isCapability() {
        return this == AUTO_CONVERGE || this == PAUSE_BEFORE_SWITCHOVER;
    }

    /**
     * Those that QEMU has among its parameters, not its capabilities.
     *
     * @return all but the {@linkplain #isCapability capabilities}, in their order
     */
    public static List<MigrationParameter> notCapabilities() {
        return Arrays.stream(values())
                .filter(parameter -> !parameter.isCapability())
                .toList();
    }

    /**
     * The parameter of a name.
     *
     * @param name {@link #qemuName} of one
     * @return the parameter; empty if there is none of that name
     */
    public static Optional<MigrationParameter> named(String name) {
        return Arrays.stream(values())
                .filter(parameter -> parameter.qemuName.equals(name))
                .findFirst();
    }

    /** Passes a value on, or refuses it with the range, in the monitor's unit. */
    long checked(long value) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s %s is out of range: it is %s".formatted(qemuName, inMonitorUnit(value), range()));
        }
        return value;
    }

    /**
     * The values that are allowed, for people.
     *
     * @return for example {@code 0 to 2000000 milliseconds}
     */
    public String range() {
        String upTo = max == Long.MAX_VALUE ? "%d or more" : "%d to %d";
        return (upTo.formatted(unit.toMonitor(min), unit.toMonitor(max)) + " " + unit.monitorName()).strip();
    }

    private String inMonitorUnit(long value) {
        return (unit.toMonitor(value) + " " + unit.monitorName()).strip();
    }

    private static final class Ranges {
        /** QEMU's largest {@code downtime-limit}: 2000 s. */
        static final long DOWNTIME_NANOS_MAX = 2_000_000_000_000L;

        /** Eleven days: longer than anybody waits, and short of any overflow. */
        static final long TOTAL_NANOS_MAX = 1_000_000_000_000_000L;
    }
}
