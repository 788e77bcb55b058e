package org.ramtracker.sim.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ramtracker.forecast.Forecast.Verdict;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.report.ValidationText;
import org.ramtracker.sim.validate.ValidationResult.Way;

class AccuracyTest {
    private static final long MILLI = 1_000_000;
    private static final ValidationCase ANY = ValidationCase.of(1, 3, List.of(GuestEngine.THREADS));

    private static Way arrived(long totalMillis, long downtimeMillis) {
        return new Way(true, true, totalMillis * MILLI, downtimeMillis * MILLI, 0, 0, 0, 3, 0, 0, 0);
    }

    private static Way givenUp() {
        return new Way(false, false, 8000 * MILLI, 0, -1, -1, 4096, 9, 0, 0, 0);
    }

    private static ValidationResult result(Verdict verdict, Way forecast, Way actual) {
        return new ValidationResult(ANY, verdict, forecast, actual, 0, 0);
    }

    @Test
    void percentilesAreOfTheNearestRankAndWithoutSigns() {
        List<ValidationResult> results = IntStream.rangeClosed(1, 10)
                .mapToObj(percent -> result(
                        Verdict.CONVERGES,
                        arrived(1000 + (percent % 2 == 0 ? percent : -percent) * 10L, 100),
                        arrived(1000, 100)))
                .toList();
        Accuracy accuracy = new Accuracy(results);
        assertThat(accuracy.totalError().median()).isCloseTo(0.05, within(1e-9));
        assertThat(accuracy.totalError().high()).isCloseTo(0.09, within(1e-9));
        assertThat(accuracy.downtimeError().high()).isZero();
    }

    @Test
    void aDowntimeIsGoodWithinAFifthOrFiveMilliseconds() {
        assertThat(result(Verdict.CONVERGES, arrived(1, 8), arrived(1, 3)).isDowntimeGood())
                .isTrue();
        assertThat(result(Verdict.CONVERGES, arrived(1, 9), arrived(1, 3)).isDowntimeGood())
                .isFalse();
        assertThat(result(Verdict.CONVERGES, arrived(1, 120), arrived(1, 100)).isDowntimeGood())
                .isTrue();
        assertThat(result(Verdict.CONVERGES, arrived(1, 79), arrived(1, 100)).isDowntimeGood())
                .isFalse();
    }

    @Test
    void onlyWhatWasSaidOutrightCanBeFalse() {
        ValidationResult wrong = result(Verdict.DOES_NOT_CONVERGE, givenUp(), arrived(1000, 100));
        ValidationResult marginal = result(Verdict.MARGINAL, givenUp(), arrived(1000, 100));
        ValidationResult right = result(Verdict.DOES_NOT_CONVERGE, givenUp(), givenUp());
        Accuracy accuracy = new Accuracy(List.of(wrong, marginal, right));
        assertThat(accuracy.falseVerdicts()).containsExactly(wrong);
        assertThat(accuracy.marginal()).isEqualTo(1);
        assertThat(accuracy.comparable()).isEmpty();
        assertThat(accuracy.totalError().median()).isNaN();
        assertThat(ValidationText.summary(accuracy))
                .anyMatch(line -> line.startsWith("verdicts     1 false of 2, 1 more were called marginal"))
                .anyMatch(line -> line.startsWith("false        case 3: said does not, was converges: random-writes"));
    }
}
