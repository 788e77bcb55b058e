package org.ramtracker.sim.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.validate.ValidationCase.LimitedBy;

class ValidationCaseTest {
    private static final List<GuestEngine> THREADS = List.of(GuestEngine.THREADS);

    private static List<ValidationCase> first(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> ValidationCase.of(1, number, THREADS))
                .toList();
    }

    @Test
    void aCaseIsTheSameEveryTimeAndAnotherSeedHasOthers() {
        assertThat(first(50)).isEqualTo(first(50));
        assertThat(ValidationCase.of(2, 7, THREADS)).isNotEqualTo(ValidationCase.of(1, 7, THREADS));
    }

    @Test
    void fiveInARowHaveEachPatternOnce() {
        assertThat(first(5).stream().map(of -> of.vm().guest().kind())).containsExactlyInAnyOrder(GuestKind.values());
    }

    @Test
    void twelveInARowHaveEachPolicyOnceAndSixtyEachPatternWithEachPolicy() {
        assertThat(first(12).stream().map(ValidationCase::preset))
                .containsExactlyInAnyOrderElementsOf(ConvergencePreset.all());
        assertThat(first(60).stream()
                        .map(of -> of.preset().name() + " " + of.vm().guest().kind())
                        .distinct())
                .hasSize(60);
    }

    @Test
    void enginesTakeTurnsPatternsAndAll() {
        List<GuestEngine> engines = List.of(GuestEngine.THREADS, GuestEngine.NATIVE);
        Set<String> seen = IntStream.range(0, 10)
                .mapToObj(number -> ValidationCase.of(1, number, engines).vm().guest())
                .map(guest -> guest.engine() + " " + guest.kind())
                .collect(Collectors.toSet());
        assertThat(seen).hasSize(10);
    }

    @Test
    void manyCasesHaveSeveralBandwidthsEitherLimitAndGuestsAboveAndBelowTheirBandwidth() {
        List<ValidationCase> cases = first(60);
        assertThat(cases.stream().map(ValidationCase::bandwidthBytesPerSecond).distinct())
                .hasSizeGreaterThanOrEqualTo(5);
        assertThat(cases.stream().map(ValidationCase::limitedBy).collect(Collectors.toSet()))
                .isEqualTo(EnumSet.allOf(LimitedBy.class));
        assertThat(cases).anyMatch(of -> dirtyRate(of) > of.bandwidthBytesPerSecond());
        assertThat(cases).anyMatch(of -> dirtyRate(of) < of.bandwidthBytesPerSecond());
    }

    private static long dirtyRate(ValidationCase of) {
        return of.vm().guest().dirtyRateBytesPerSecond();
    }

    @Test
    void aLinkIsNotLimitedByTheSourceAsWell() {
        for (ValidationCase of : first(40)) {
            long limit = of.parameters().maxBandwidthBytesPerSecond();
            assertThat(limit).isEqualTo(of.limitedBy() == LimitedBy.LINK ? 0 : of.bandwidthBytesPerSecond());
        }
    }
}
