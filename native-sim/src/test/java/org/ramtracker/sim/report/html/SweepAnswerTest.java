package org.ramtracker.sim.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.forecast.Forecast.Verdict.CONVERGES;
import static org.ramtracker.forecast.Forecast.Verdict.DOES_NOT_CONVERGE;
import static org.ramtracker.forecast.Forecast.Verdict.MARGINAL;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.ramtracker.forecast.Course;
import org.ramtracker.forecast.Forecast;

class SweepAnswerTest {
    private static final long GBIT = 125_000_000;
    private static final long LIMIT_NANOS = 300_000_000;

    private static ReportedCase of(String policy, long gigabits, long seconds, Forecast.Verdict verdict) {
        return of(policy, gigabits, seconds, LIMIT_NANOS, verdict);
    }

    private static ReportedCase of(
            String policy, long gigabits, long seconds, long limitNanos, Forecast.Verdict verdict) {
        Course.End end = verdict == DOES_NOT_CONVERGE ? Course.End.STEADY : Course.End.FITTED;
        return new ReportedCase(
                0,
                "t.trace",
                policy,
                gigabits * GBIT,
                limitNanos,
                verdict,
                end,
                seconds * 1_000_000_000,
                100_000_000,
                3,
                1,
                0,
                false,
                () -> {
                    throw new AssertionError("an answer in words asks for no course");
                });
    }

    @Test
    void linksOverWhichAllConvergeAreNamedByTheNarrowest() {
        Answer answer = SweepAnswer.of(List.of(
                of("qemu", 1, 3, CONVERGES),
                of("xen", 1, 2, CONVERGES),
                of("qemu", 10, 1, CONVERGES),
                of("xen", 10, 1, CONVERGES)));

        assertThat(answer.headline()).isEqualTo("Of 4 migrations 4 converge, 0 are marginal and 0 do not converge.");
        assertThat(answer.lines())
                .containsExactly(
                        "t.trace, limit 300 ms: over 1 Gbit/s and more all 2 policies converge, soonest xen over 1 Gbit/s: 2.00 s with 100 ms of downtime.");
    }

    @Test
    void narrowerLinkSaysHowManyAreSureAndTheSoonestOfThem() {
        Answer answer = SweepAnswer.of(List.of(
                of("qemu", 1, 3, CONVERGES),
                of("xen", 1, 2, MARGINAL),
                of("nova", 1, 2, DOES_NOT_CONVERGE),
                of("qemu", 10, 1, CONVERGES)));

        assertThat(answer.lines().getFirst())
                .endsWith(
                        "over 10 Gbit/s it converges, soonest qemu: 1.00 s with 100 ms of downtime; over 1 Gbit/s 1 of 3, soonest qemu: 3.00 s with 100 ms of downtime.");
    }

    @Test
    void linkOverWhichNothingIsSureSaysSo() {
        Answer answer = SweepAnswer.of(List.of(
                of("liguori", 1, 1, CONVERGES), of("qemu", 2, 2, MARGINAL), of("nova", 2, 2, DOES_NOT_CONVERGE)));

        assertThat(answer.headline()).isEqualTo("Of 3 migrations 1 converges, 1 is marginal and 1 does not converge.");
        assertThat(answer.lines().getFirst())
                .contains("over 2 Gbit/s none is sure to converge; over 1 Gbit/s 1 of 1, ");
    }

    @Test
    void manyLimitsAreCutShortAndTheCutIsSaid() {
        List<ReportedCase> cases = LongStream.rangeClosed(1, 9)
                .mapToObj(limit -> of("qemu", 1, 1, limit * LIMIT_NANOS, CONVERGES))
                .toList();

        assertThat(SweepAnswer.of(cases).lines())
                .hasSize(9)
                .endsWith("More pairs of trace and limit, 9 in all, are below.");
    }
}
