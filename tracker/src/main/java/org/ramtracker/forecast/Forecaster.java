package org.ramtracker.forecast;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.ramtracker.forecast.Forecast.Verdict;

/**
 * Forecasts migrations: the real engine under the real rules, in virtual time, over what a guest was seen to write.
 *
 * <p>Threads: any number may call; each call is on its own.
 *
 * <p>Guarantees: the answer is a function of the request alone.
 */
public final class Forecaster {
    private Forecaster() {}

    /**
     * Plays one migration through.
     *
     * @param request what is asked
     * @return how it goes
     * @throws IllegalStateException if the engine fails, which no model makes it do
     */
    public static Course play(ForecastRequest request) {
        return VirtualMigration.play(request);
    }

    /**
     * Forecasts a migration, and whether a world that is a tenth off would decide otherwise. The three migrations that this
     * takes are played on as many cores as there are.
     *
     * @param request what is asked
     * @return the answer
     * @throws IllegalStateException if the engine fails, which no model makes it do
     */
    public static Forecast forecast(ForecastRequest request) {
        return forecast(request, Forecaster::play);
    }

    static Forecast forecast(ForecastRequest request, Function<ForecastRequest, Course> playing) {
        Course course = playing.apply(request);
        List<Deviation> overturning = Arrays.stream(Deviation.values())
                .parallel()
                .filter(deviation -> deviation.isHarder() == course.converged())
                .filter(deviation -> playing.apply(deviation.applyTo(request)).converged() != course.converged())
                .toList();
        return new Forecast(verdict(course, overturning), request, course, overturning);
    }

    private static Verdict verdict(Course course, List<Deviation> overturning) {
        if (!overturning.isEmpty()) {
            return Verdict.MARGINAL;
        }
        return course.converged() ? Verdict.CONVERGES : Verdict.DOES_NOT_CONVERGE;
    }
}
