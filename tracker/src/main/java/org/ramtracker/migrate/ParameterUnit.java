package org.ramtracker.migrate;

/** What a {@link MigrationParameter} is counted in: here, and on a monitor, where times are QEMU's milliseconds. */
public enum ParameterUnit {
    /** Bytes in a second. */
    BYTES_PER_SECOND("bytes/second", 1),
    /** A time: nanoseconds here, milliseconds on a monitor. */
    TIME("milliseconds", 1_000_000),
    /** A share of the whole. */
    PERCENT("percent", 1),
    /** A number of passes. */
    PASSES("passes", 1),
    /** A multiple of the guest's RAM. */
    TIMES_RAM("times the RAM", 1),
    /** 0 is off, 1 is on; a boolean on a monitor. */
    SWITCH("", 1),
    /** {@link MaxTotalTimeAction#value}; its name on a monitor. */
    ACTION("", 1);

    private final String monitorName;
    private final long perMonitorUnit;

    ParameterUnit(String monitorName, long perMonitorUnit) {
        this.monitorName = monitorName;
        this.perMonitorUnit = perMonitorUnit;
    }

    /**
     * The unit on a monitor.
     *
     * @return for example {@code milliseconds}; empty for a switch and for an action
     */
    public String monitorName() {
        return monitorName;
    }

    /**
     * A value as a monitor shows it.
     *
     * @param value in the unit of this package
     * @return in the monitor's, rounded down
     */
    public long toMonitor(long value) {
        return value / perMonitorUnit;
    }

    /**
     * A value that a monitor was given.
     *
     * @param value in the monitor's unit
     * @return in the unit of this package; the largest or smallest number if it does not fit, which no range allows for times
     */
    public long fromMonitor(long value) {
        return Saturated.times(value, perMonitorUnit);
    }
}
