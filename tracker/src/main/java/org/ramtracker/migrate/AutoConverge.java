package org.ramtracker.migrate;

/**
 * QEMU's auto-converge. A period is over at the first sync more than a second after the last one that ended a period. If the
 * guest dirtied more than {@code throttle-trigger-threshold} percent of what was sent in it, for the second time since the
 * last step, the guest is throttled one step harder: to {@code cpu-throttle-initial} first, then by
 * {@code cpu-throttle-increment} each, up to {@code max-cpu-throttle}.
 *
 * <p>With {@code cpu-throttle-tailslow} a step is no larger than what would bring the guest down to the threshold: with
 * {@code c = 100 - throttle} the CPU that it has left, at most {@code c - floor(c * threshold bytes / dirty bytes)}.
 *
 * <p>QEMU counts the periods also while the capability is off; so does this. Turning it off lifts the throttle.
 */
final class AutoConverge {
    private static final int HIGH_PERIODS_PER_STEP = 2;
    private static final int WHOLE = 100;

    private AutoConverge() {}

    /** What is remembered after a moment: the same, unless a period was over or the parameters say otherwise. */
    static RuleMemory remember(MigrationStats stats, MigrationParameters parameters, RuleMemory memory) {
        RuleMemory judged = stats.dirtyPeriods() == memory.judgedPeriods() ? memory : judge(stats, parameters, memory);
        int allowed = allowed(judged.throttlePercent(), parameters);
        return allowed == judged.throttlePercent()
                ? judged
                : judged.withThrottling(judged.judgedPeriods(), judged.highPeriods(), allowed);
    }

    /** A throttle within what the parameters allow now: they may have changed since it was reached. */
    private static int allowed(int throttle, MigrationParameters parameters) {
        return parameters.isOn(MigrationParameter.AUTO_CONVERGE)
                ? Math.min(throttle, percent(parameters, MigrationParameter.MAX_CPU_THROTTLE))
                : 0;
    }

    private static RuleMemory judge(MigrationStats stats, MigrationParameters parameters, RuleMemory memory) {
        long dirtyBytes = Saturated.times(stats.periodDirtyPages(), stats.pageSizeBytes());
        long thresholdBytes = share(
                stats.periodTransferredBytes(), percent(parameters, MigrationParameter.THROTTLE_TRIGGER_THRESHOLD));
        int highPeriods = memory.highPeriods() + (dirtyBytes > thresholdBytes ? 1 : 0);
        if (highPeriods < HIGH_PERIODS_PER_STEP) {
            return memory.withThrottling(stats.dirtyPeriods(), highPeriods, memory.throttlePercent());
        }
        int throttle = step(memory.throttlePercent(), dirtyBytes, thresholdBytes, parameters);
        return memory.withThrottling(stats.dirtyPeriods(), 0, throttle);
    }

    private static int step(int throttle, long dirtyBytes, long thresholdBytes, MigrationParameters parameters) {
        if (throttle == 0) {
            return percent(parameters, MigrationParameter.CPU_THROTTLE_INITIAL);
        }
        int increment = percent(parameters, MigrationParameter.CPU_THROTTLE_INCREMENT);
        if (!parameters.isOn(MigrationParameter.CPU_THROTTLE_TAILSLOW)) {
            return throttle + increment;
        }
        int cpu = WHOLE - throttle;
        return throttle + Math.min(cpu - scaled(cpu, thresholdBytes, dirtyBytes), increment);
    }

    private static int percent(MigrationParameters parameters, MigrationParameter parameter) {
        return (int) parameters.get(parameter);
    }

    /** {@code floor(bytes * percent / 100)} without overflow. */
    private static long share(long bytes, int percent) {
        return bytes / WHOLE * percent + bytes % WHOLE * percent / WHOLE;
    }

    /** {@code floor(cpu * part / whole)}; the part is smaller than the whole. Amounts beyond 2^56 lose their last bits. */
    private static int scaled(int cpu, long part, long whole) {
        int shift = Math.max(0, Byte.SIZE - Long.numberOfLeadingZeros(whole));
        return (int) (cpu * (part >> shift) / (whole >> shift));
    }
}
