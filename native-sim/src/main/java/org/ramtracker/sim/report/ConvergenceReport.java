package org.ramtracker.sim.report;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.Switchover;
import org.ramtracker.sim.vmm.Convergence;
import org.ramtracker.sim.vmm.ConvergenceLog.Step;
import tools.jackson.databind.node.ObjectNode;

/** What rules did to a migration, for people and as JSON. */
final class ConvergenceReport {
    private ConvergenceReport() {}

    static void addText(List<String> lines, Convergence convergence) {
        convergence.switchover().ifPresent(switchover -> lines.add(switchoverLine(switchover)));
        if (convergence.limits().size() > 1) {
            lines.add("%-12s %s".formatted("limits", steps(convergence.limits(), Figures::duration)));
        }
        if (!convergence.throttles().isEmpty()) {
            lines.add("%-12s %s".formatted("throttle", steps(convergence.throttles(), percent -> percent + " %")));
        }
    }

    private static String switchoverLine(Switchover switchover) {
        String line = "%-12s by %s after %s; expected %s for %s at %s and a fixed cost of %s"
                .formatted(
                        "switchover",
                        switchover.rule().monitorName(),
                        Figures.duration(switchover.elapsedNanos()),
                        Figures.duration(switchover.expectedDowntimeNanos()),
                        Figures.size(switchover.remainingBytes()),
                        Figures.rate(switchover.bytesPerSecond()),
                        Figures.duration(switchover.costNanos()));
        return switchover.breaksLimit()
                ? line + ", BREAKING THE LIMIT of " + Figures.duration(switchover.downtimeLimitNanos())
                : line;
    }

    /** Shows a value of a step. */
    private interface Shown {
        String of(long value);
    }

    private static String steps(List<Step> steps, Shown shown) {
        return steps.stream()
                .map(step -> step.elapsedNanos() == 0
                        ? shown.of(step.value())
                        : shown.of(step.value()) + " at " + Figures.duration(step.elapsedNanos()))
                .collect(Collectors.joining(", "));
    }

    static void putJson(ObjectNode json, Convergence convergence) {
        convergence.switchover().ifPresent(switchover -> putSwitchover(json.putObject("switchover"), switchover));
        for (Step step : convergence.limits()) {
            putStep(json.withArray("downtime-limits").addObject(), step)
                    .put("downtime-limit", TimeUnit.NANOSECONDS.toMillis(step.value()));
        }
        for (Step step : convergence.throttles()) {
            putStep(json.withArray("throttles").addObject(), step).put("cpu-throttle-percentage", step.value());
        }
    }

    private static ObjectNode putStep(ObjectNode json, Step step) {
        return json.put("time", TimeUnit.NANOSECONDS.toMillis(step.elapsedNanos()));
    }

    private static void putSwitchover(ObjectNode json, Switchover switchover) {
        json.put("rule", switchover.rule().monitorName());
        json.put("time", TimeUnit.NANOSECONDS.toMillis(switchover.elapsedNanos()));
        json.put("remaining", switchover.remainingBytes());
        json.put("bandwidth", switchover.bytesPerSecond());
        json.put("fixed-cost", TimeUnit.NANOSECONDS.toMillis(switchover.costNanos()));
        if (switchover.expectedDowntimeNanos() != MigrationStats.UNKNOWN_NANOS) {
            json.put("expected-downtime", TimeUnit.NANOSECONDS.toMillis(switchover.expectedDowntimeNanos()));
            json.put("expected-downtime-us", TimeUnit.NANOSECONDS.toMicros(switchover.expectedDowntimeNanos()));
        }
        json.put("downtime-limit", TimeUnit.NANOSECONDS.toMillis(switchover.downtimeLimitNanos()));
        json.put("limit-broken", switchover.breaksLimit());
        if (switchover.downtimeNanos() > 0) {
            json.put("downtime", TimeUnit.NANOSECONDS.toMillis(switchover.downtimeNanos()));
            json.put("downtime-us", TimeUnit.NANOSECONDS.toMicros(switchover.downtimeNanos()));
        }
        json.put("held-time", TimeUnit.NANOSECONDS.toMillis(switchover.heldNanos()));
    }

    /** The parameters that are not QEMU's defaults, bandwidth and downtime limit aside. */
    static String rules(MigrationParameters parameters) {
        StringBuilder text = new StringBuilder();
        for (MigrationParameter parameter : MigrationParameter.values()) {
            boolean named =
                    parameter == MigrationParameter.MAX_BANDWIDTH || parameter == MigrationParameter.DOWNTIME_LIMIT;
            if (!named && parameters.get(parameter) != parameter.byDefault()) {
                text.append(", ").append(parameter.qemuName()).append(value(parameter, parameters));
            }
        }
        return text.toString();
    }

    private static String value(MigrationParameter parameter, MigrationParameters parameters) {
        long value = parameters.get(parameter);
        return switch (parameter.unit()) {
            case TIME -> " " + Figures.duration(value);
            case BYTES_PER_SECOND -> " " + Figures.rate(value);
            case PERCENT -> String.format(Locale.ROOT, " %d %%", value);
            case PASSES, TIMES_RAM -> " " + value;
            case SWITCH -> ""; // those that are on
            case ACTION -> " " + parameters.maxTotalTimeAction().monitorName();
        };
    }
}
