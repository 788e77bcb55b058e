package org.ramtracker.sim.validate;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.ramtracker.forecast.Forecast.Verdict;

/**
 * How good the forecasts of several cases were.
 *
 * @param results of all cases that did not fail
 */
public record Accuracy(List<ValidationResult> results) {
    /** The goal for the total time: this share at the 90th percentile. */
    public static final double TOTAL_ERROR_MAX = 0.05;

    /** Median and 90th percentile, of the nearest rank. */
    private static final double MEDIAN = 0.5;

    private static final double HIGH = 0.9;

    /** Keeps a list of its own. */
    public Accuracy {
        results = List.copyOf(results);
    }

    /**
     * The two percentiles of an error, its sign left out.
     *
     * @param median half of the errors are no larger
     * @param high nine tenths are no larger; as the median, not a number if there are none
     */
    public record Percentiles(double median, double high) {}

    /**
     * Those in which guests arrived, in both worlds.
     *
     * @return a part of the results
     */
    public List<ValidationResult> comparable() {
        return results.stream().filter(ValidationResult::isComparable).toList();
    }

    /**
     * Of the total time.
     *
     * @return shares of the actual time
     */
    public Percentiles totalError() {
        return error(ValidationResult::totalError);
    }

    /**
     * Of the downtime.
     *
     * @return shares of the actual downtime
     */
    public Percentiles downtimeError() {
        return error(ValidationResult::downtimeError);
    }

    /**
     * Of the downtime.
     *
     * @return nanoseconds
     */
    public Percentiles downtimeErrorNanos() {
        return error(result -> (double) result.downtimeErrorNanos());
    }

    private Percentiles error(ToDoubleFunction<ValidationResult> signed) {
        double[] errors = comparable().stream()
                .mapToDouble(signed)
                .map(Math::abs)
                .sorted()
                .toArray();
        return new Percentiles(percentile(errors, MEDIAN), percentile(errors, HIGH));
    }

    private static double percentile(double[] ascending, double share) {
        int rank = (int) Math.ceil(share * ascending.length);
        return ascending.length == 0 ? Double.NaN : ascending[Math.max(0, rank - 1)];
    }

    /**
     * How many downtimes were forecast as well as they are meant to be.
     *
     * @return at most as many as are comparable
     */
    public long goodDowntimes() {
        return comparable().stream().filter(ValidationResult::isDowntimeGood).count();
    }

    /**
     * Where "converges" or "does not" was wrong.
     *
     * @return a part of the results
     */
    public List<ValidationResult> falseVerdicts() {
        return results.stream().filter(ValidationResult::isFalse).toList();
    }

    /**
     * How many were called marginal.
     *
     * @return at most as many as there are
     */
    public long marginal() {
        return results.stream()
                .filter(result -> result.verdict() == Verdict.MARGINAL)
                .count();
    }
}
