package org.ramtracker.sim.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.ConvergenceRule;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.Switchover;
import org.ramtracker.sim.vmm.Convergence;
import org.ramtracker.sim.vmm.ConvergenceLog.Step;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ConvergenceReportTest {
    private static final long MS = 1_000_000;

    private static Switchover switchover(ConvergenceRule rule, long expectedNanos) {
        return new Switchover(
                rule, 8_000 * MS, 320_000_000, 400_000_000, 23 * MS, expectedNanos, 30 * MS, 840 * MS, 5 * MS);
    }

    private static Convergence convergence(Switchover switchover, List<Step> limits, List<Step> throttles) {
        return new Convergence(Optional.of(switchover), limits, throttles);
    }

    private static List<String> text(Convergence convergence) {
        List<String> lines = new ArrayList<>();
        ConvergenceReport.addText(lines, convergence);
        return lines;
    }

    @Test
    void forcedSwitchoverNamesRuleExpectationAndTheLimitThatItBroke() {
        Convergence forced = convergence(
                switchover(ConvergenceRule.MAX_ITERATIONS, 823 * MS), List.of(new Step(0, 30 * MS)), List.of());
        assertThat(text(forced))
                .containsExactly(
                        "switchover   by max-iterations after 8.00 s; expected 823 ms for 305.2 MiB at 381.5 MiB/s"
                                + " and a fixed cost of 23 ms, BREAKING THE LIMIT of 30 ms");
    }

    @Test
    void limitsAndThrottlesAreShownWithTheirTimes() {
        Convergence convergence = convergence(
                switchover(ConvergenceRule.CONVERGENCE_TIMEOUT, 20 * MS),
                List.of(new Step(0, 30 * MS), new Step(1_000 * MS, 60 * MS)),
                List.of(new Step(3_200 * MS, 20), new Step(8_840 * MS, 0)));
        assertThat(text(convergence))
                .hasSize(3)
                .contains("limits       30 ms, 60 ms at 1.00 s", "throttle     20 % at 3.20 s, 0 % at 8.84 s");
        assertThat(text(convergence).getFirst()).doesNotContain("BREAKING");
    }

    @Test
    void jsonHasTheSame() {
        ObjectNode json = JsonMapper.builder().build().createObjectNode();
        ConvergenceReport.putJson(
                json,
                convergence(
                        switchover(ConvergenceRule.MAX_TOTAL_TIME, MigrationStats.UNKNOWN_NANOS),
                        List.of(new Step(0, 30 * MS)),
                        List.of(new Step(3_200 * MS, 20))));
        assertThat(json.toString())
                .isEqualTo("{\"switchover\":{\"rule\":\"max-total-time\",\"time\":8000,\"remaining\":320000000,"
                        + "\"bandwidth\":400000000,\"fixed-cost\":23,\"downtime-limit\":30,\"limit-broken\":true,"
                        + "\"downtime\":840,\"downtime-us\":840000,\"held-time\":5},\"downtime-limits\":[{\"time\":0,\"downtime-limit\":30}],"
                        + "\"throttles\":[{\"time\":3200,\"cpu-throttle-percentage\":20}]}");
    }

    @Test
    void rulesAreIntroducedByTheParametersThatAreNotTheDefaults() {
        assertThat(ConvergenceReport.rules(ConvergencePreset.named("qemu-2011").parameters()))
                .isEmpty();
        assertThat(ConvergenceReport.rules(ConvergencePreset.named("treutner").parameters()))
                .isEqualTo(", max-iterations 10, max-transfer-factor 3");
        assertThat(ConvergenceReport.rules(ConvergencePreset.named("liguori")
                        .parameters()
                        .with(MigrationParameter.AUTO_CONVERGE, true)
                        .with(MigrationParameter.MAX_CPU_THROTTLE, 50)
                        .with(MigrationParameter.MAX_TOTAL_TIME_ACTION, 1)))
                .isEqualTo(", convergence-timeout 60.0 s, auto-converge, max-cpu-throttle 50 %,"
                        + " max-total-time-action switch-over");
    }
}
