package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.MigrationParameter;

class PlayedMigrationsTest {
    private static final DirtyHistory HISTORY =
            MadeHistory.random(1 << 14, 100, 3000, 9_000, 100, MadeHistory.EPOCH_NANOS);
    private static final MachineModel MACHINE = new MachineModel(310.7, 190.3, 1203.9, 31_000, 1.7, 52_000, 1_100_000);

    private final PlayedMigrations played = new PlayedMigrations();

    private static ForecastRequest request(ConvergencePreset preset, long bytesPerSecond) {
        return ForecastRequest.of(
                        HISTORY,
                        preset.parameters()
                                .with(MigrationParameter.MAX_BANDWIDTH, bytesPerSecond)
                                .with(MigrationParameter.DOWNTIME_LIMIT, 30_000_000),
                        LinkModel.of(bytesPerSecond))
                .withPolicy(preset.policy())
                .withMachine(MACHINE)
                .withHorizon(120_000_000_000L);
    }

    /** Slow links go round in circles, and end where only some rules do. */
    @ParameterizedTest
    @ValueSource(longs = {15_000_000, 36_000_000, 60_000_000, 1_000_000_000})
    void everyCourseIsThatOfAMigrationThatIsPlayedAlone(long bytesPerSecond) {
        List<ConvergencePreset> presets = ConvergencePreset.all();
        for (ConvergencePreset preset : presets) {
            assertSameAsAlone(request(preset, bytesPerSecond), preset.name());
        }
        for (ConvergencePreset preset : presets.reversed()) {
            assertSameAsAlone(request(preset, bytesPerSecond), preset.name() + " again");
        }
    }

    private void assertSameAsAlone(ForecastRequest request, String what) {
        Course course = played.play(request);
        Course alone = Forecaster.play(request);
        assertThat(course).as(what).usingRecursiveComparison().isEqualTo(alone);
        assertThat(Regret.of(request, course, played::play)).as(what).isEqualTo(Regret.of(request, alone));
    }

    @Test
    void rulesThatNeverDifferFromOthersAreNotPlayed() {
        ForecastRequest qemu = request(ConvergencePreset.named("qemu"), 1_000_000_000);
        ForecastRequest rounds = request(ConvergencePreset.named("treutner"), 1_000_000_000);

        assertThat(played.play(rounds)).isSameAs(played.play(qemu));
    }

    @Test
    void rulesThatStopEarlierArePlayed() {
        ForecastRequest patient = request(ConvergencePreset.named("qemu"), 15_000_000);
        ForecastRequest hasty = patient.withParameters(patient.parameters().with(MigrationParameter.MAX_ITERATIONS, 3));
        played.play(patient);

        assertThat(played.play(hasty).end()).isEqualTo(Course.End.FORCED);
    }

    @Test
    void otherWorldIsPlayed() {
        ForecastRequest request = request(ConvergencePreset.named("qemu"), 1_000_000_000);

        Course course = played.play(request);

        assertThat(played.play(request.withPace(1.1))).isNotSameAs(course);
        assertThat(played.play(request.withParameters(
                        request.parameters().with(MigrationParameter.DOWNTIME_LIMIT, 31_000_000))))
                .isNotSameAs(course);
    }

    @Test
    void migrationOfTooManyQuestionsIsPlayedAgain() {
        ForecastRequest request = request(ConvergencePreset.named("qemu"), 36_000_000);
        PlayedMigrations forgetful = new PlayedMigrations(10);

        Course course = forgetful.play(request);

        assertThat(played.play(request)).isSameAs(played.play(request));
        assertThat(forgetful.play(request))
                .isNotSameAs(course)
                .usingRecursiveComparison()
                .isEqualTo(course);
    }
}
