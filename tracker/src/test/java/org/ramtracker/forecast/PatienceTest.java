package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.ConvergenceRule;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;

/** Migrations under a limit, in which the policy is asked as often as by a real engine, and as often as forecasts do. */
class PatienceTest {
    private static final long PAGES = 1 << 16;
    private static final long LIMIT_NANOS = 300_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final long EAGER = 0;
    private static final long PATIENT = VirtualMigration.PATIENCE_NANOS_MAX;

    /** Writes some pages again and again: {@code pagesPerEpoch} in 50 ms. */
    private static MadeHistory guest(long pagesPerEpoch) {
        MadeHistory history = new MadeHistory(PAGES, MadeHistory.EPOCH_NANOS);
        for (int epoch = 0; epoch < 200; epoch++) {
            history.epoch(1000 + epoch % 40 * pagesPerEpoch, pagesPerEpoch);
        }
        return history;
    }

    private static ForecastRequest request(long pagesPerEpoch, long limit, double linkPerLimit) {
        return ForecastRequest.of(
                guest(pagesPerEpoch),
                MigrationParameters.of(limit, LIMIT_NANOS),
                LinkModel.of(Math.round(limit * linkPerLimit)));
    }

    private static Course play(ForecastRequest request, long patienceNanosMax) {
        return VirtualMigration.play(request, request.policy(), patienceNanosMax);
    }

    /** Each takes longer than 50 s, after which the policy is asked every 50 ms. */
    @ParameterizedTest(name = "{0} pages an epoch, limit {1}, link {2} times that")
    @CsvSource({
        "1, 4000000, 1",
        "1, 4000000, 1.2",
        "1, 4000000, 10",
        "20, 5000000, 1.2",
        "20, 5000000, 3",
        "45, 5000000, 2"
    })
    void restThatFitsIsSeenAsSoon(long pagesPerEpoch, long limit, double linkPerLimit) {
        ForecastRequest request = request(pagesPerEpoch, limit, linkPerLimit);

        Course course = play(request, PATIENT);
        Course asked = play(request, EAGER);

        assertThat(course.stats().elapsedNanos()).isGreaterThan(50 * SECOND);
        assertThat(course.stats()).isEqualTo(asked.stats());
        assertThat(course.switchover()).isPresent().isEqualTo(asked.switchover());
    }

    /** Windows of the limit begin every 100 ms, and whoever waits for the next one comes too late for most of these. */
    @ParameterizedTest(name = "{0} ms late for {1} ms")
    @CsvSource({"21, 20020", "21, 20060", "50, 70010", "50, 70030", "50, 70040", "50, 70060"})
    void deadlineIsSeenWithinThePatience(long lateMillisMax, long deadlineMillis) {
        ForecastRequest request = request(200, 5_000_000, 1.2);
        ForecastRequest impatient = request.withParameters(
                request.parameters().with(MigrationParameter.MAX_TOTAL_TIME, deadlineMillis * 1_000_000));

        long lateNanos = play(impatient, PATIENT).stats().elapsedNanos() - deadlineMillis * 1_000_000;

        assertThat(lateNanos).isBetween(0L, lateMillisMax * 1_000_000);
    }

    @Test
    void doublingsComeWithinThePatience() {
        ForecastRequest request = request(200, 5_000_000, 1.2);
        long timeout = 60 * SECOND + 30_000_000;
        ForecastRequest liguori =
                request.withParameters(request.parameters().with(MigrationParameter.CONVERGENCE_TIMEOUT, timeout));

        Course course = play(liguori, PATIENT);

        assertThat(course.switchover().orElseThrow().rule()).isEqualTo(ConvergenceRule.CONVERGENCE_TIMEOUT);
        assertThat(course.events()).hasSizeGreaterThan(2);
        for (int doubling = 1; doubling < course.events().size(); doubling++) {
            long due = doubling * timeout;
            assertThat(course.events().get(doubling).elapsedNanos()).isBetween(due, due + 50_000_000L);
        }
    }

    @Test
    void policyIsAskedMoreSeldom() {
        ForecastRequest request = request(20, 5_000_000, 1.2);

        assertThat(timesAsked(request, PATIENT)).isLessThan(timesAsked(request, EAGER) * 2 / 3);
    }

    private static long timesAsked(ForecastRequest request, long patienceNanosMax) {
        AtomicLong asked = new AtomicLong();
        ConvergencePolicy counting = (stats, parameters, memory) -> {
            asked.incrementAndGet();
            return request.policy().decide(stats, parameters, memory);
        };
        VirtualMigration.play(request, counting, patienceNanosMax);
        return asked.get();
    }
}
