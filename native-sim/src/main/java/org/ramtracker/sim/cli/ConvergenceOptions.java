package org.ramtracker.sim.cli;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.MaxTotalTimeAction;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/**
 * The options that say how a migration converges: a preset by name, and every parameter on its own, which wins over it. Their
 * order in the help is given, because that of methods is nobody's promise.
 */
final class ConvergenceOptions {
    private final Map<MigrationParameter, Long> changes = new EnumMap<>(MigrationParameter.class);

    private boolean bandwidthTwice;

    @Option(
            order = 1,
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "qemu",
            converter = Policy.class,
            description =
                    "Rules and parameters of a system, or that somebody proposed: qemu, qemu-2011 (30 ms), treutner (and "
                            + "hard stops), liguori (and a convergence timeout), qemu-autoconverge (throttles the guest), "
                            + "cloud-hypervisor, xen, xen-classic, p.haul, nova, vdsm or kubevirt "
                            + "(default: ${DEFAULT-VALUE}). The options that follow change single parameters of it.")
    private ConvergencePreset preset;

    @Option(
            order = 2,
            names = "--bandwidth",
            paramLabel = "RATE",
            converter = Quantities.Rate.class,
            description = "Most that goes over the wire while the guest runs, like 128M (MiB/s) or 10Gbit; "
                    + "0 = unlimited (default: 128M).")
    void bandwidth(@Nullable Long bytesPerSecond) {
        bandwidthTwice |= bytesPerSecond != null && changes.containsKey(MigrationParameter.MAX_BANDWIDTH);
        set(MigrationParameter.MAX_BANDWIDTH, bytesPerSecond);
    }

    /** An option of its own: of two names of one option, complaints about either would give the longer one. */
    @Option(
            order = 2,
            names = "--max-bandwidth",
            paramLabel = "RATE",
            converter = Quantities.Rate.class,
            description = "The same by QEMU's name.")
    void maxBandwidth(@Nullable Long bytesPerSecond) {
        bandwidth(bytesPerSecond);
    }

    @Option(
            order = 3,
            names = "--downtime-limit",
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            description = "How long the guest may stand still at the switchover (default: the policy's, mostly 300ms).")
    void downtimeLimit(@Nullable Long nanos) {
        set(MigrationParameter.DOWNTIME_LIMIT, nanos);
    }

    @Option(
            order = 4,
            names = "--avail-switchover-bandwidth",
            paramLabel = "RATE",
            converter = Quantities.Rate.class,
            description = "Bandwidth to expect at the switchover, instead of the measured one.")
    void availSwitchoverBandwidth(@Nullable Long bytesPerSecond) {
        set(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, bytesPerSecond);
    }

    @Option(
            order = 5,
            names = "--max-iterations",
            paramLabel = "N",
            description = "Stop the guest after N passes, whatever the downtime; 0 = never.")
    void maxIterations(@Nullable Long passes) {
        set(MigrationParameter.MAX_ITERATIONS, passes);
    }

    @Option(
            order = 6,
            names = "--max-transfer-factor",
            paramLabel = "N",
            description = "Stop the guest when more than N times its RAM was sent, whatever the downtime; 0 = never.")
    void maxTransferFactor(@Nullable Long factor) {
        set(MigrationParameter.MAX_TRANSFER_FACTOR, factor);
    }

    @Option(
            order = 7,
            names = "--convergence-timeout",
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            description = "Double the downtime limit whenever so much time has passed; 0 = never.")
    void convergenceTimeout(@Nullable Long nanos) {
        set(MigrationParameter.CONVERGENCE_TIMEOUT, nanos);
    }

    @Option(
            order = 8,
            names = "--convergence-timeout-max-downtime",
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            description = "Double it no further than this; 0 = without end.")
    void convergenceTimeoutMaxDowntime(@Nullable Long nanos) {
        set(MigrationParameter.CONVERGENCE_TIMEOUT_MAX_DOWNTIME, nanos);
    }

    @Option(
            order = 9,
            names = "--auto-converge",
            negatable = true,
            description = "Throttle a guest that dirties too much, as QEMU does.")
    void autoConverge(@Nullable Boolean on) {
        set(MigrationParameter.AUTO_CONVERGE, on);
    }

    @Option(
            order = 10,
            names = "--throttle-trigger-threshold",
            paramLabel = "PERCENT",
            description = "Dirtied bytes in percent of sent bytes that are too much (default: 50).")
    void throttleTriggerThreshold(@Nullable Long percent) {
        set(MigrationParameter.THROTTLE_TRIGGER_THRESHOLD, percent);
    }

    @Option(
            order = 11,
            names = "--cpu-throttle-initial",
            paramLabel = "PERCENT",
            description = "First throttle (default: 20).")
    void cpuThrottleInitial(@Nullable Long percent) {
        set(MigrationParameter.CPU_THROTTLE_INITIAL, percent);
    }

    @Option(
            order = 12,
            names = "--cpu-throttle-increment",
            paramLabel = "PERCENT",
            description = "What each further step adds (default: 10).")
    void cpuThrottleIncrement(@Nullable Long percent) {
        set(MigrationParameter.CPU_THROTTLE_INCREMENT, percent);
    }

    @Option(
            order = 13,
            names = "--cpu-throttle-tailslow",
            negatable = true,
            description = "Make steps no larger than the dirty rate asks for.")
    void cpuThrottleTailslow(@Nullable Boolean on) {
        set(MigrationParameter.CPU_THROTTLE_TAILSLOW, on);
    }

    @Option(
            order = 14,
            names = "--max-cpu-throttle",
            paramLabel = "PERCENT",
            description = "Hardest throttle (default: 99).")
    void maxCpuThrottle(@Nullable Long percent) {
        set(MigrationParameter.MAX_CPU_THROTTLE, percent);
    }

    @Option(
            order = 15,
            names = {"--max-total-time", "--timeout"},
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            description = "Do not let the migration go on for longer; 0 = for ever (default).")
    void maxTotalTime(@Nullable Long nanos) {
        set(MigrationParameter.MAX_TOTAL_TIME, nanos);
    }

    @Option(
            order = 16,
            names = "--max-total-time-action",
            paramLabel = "ACTION",
            converter = Action.class,
            description =
                    "What happens then: cancel, and the guest goes on here, or switch-over, whatever the downtime "
                            + "(default: cancel).")
    void maxTotalTimeAction(@Nullable Long action) {
        set(MigrationParameter.MAX_TOTAL_TIME_ACTION, action);
    }

    private void set(MigrationParameter parameter, @Nullable Boolean on) {
        set(parameter, on == null ? null : Long.valueOf(on ? 1 : 0));
    }

    private void set(MigrationParameter parameter, @Nullable Long value) {
        if (value != null) {
            changes.put(parameter, value);
        }
    }

    ConvergencePreset preset() {
        return preset;
    }

    /**
     * The preset's parameters with those that were set on the line.
     *
     * @throws IllegalArgumentException if one is out of range, or given by two names
     */
    MigrationParameters parameters() {
        if (bandwidthTwice) {
            throw new IllegalArgumentException("--bandwidth and --max-bandwidth are the same; give one of them");
        }
        return preset.parameters().with(changes);
    }

    /** For {@code --policy}. */
    static final class Policy implements ITypeConverter<ConvergencePreset> {
        @Override
        public ConvergencePreset convert(String text) {
            return Quantities.converted(() -> ConvergencePreset.named(text));
        }
    }

    /** For {@code --max-total-time-action}. */
    static final class Action implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return Quantities.converted(() -> MaxTotalTimeAction.named(text).value());
        }
    }
}
