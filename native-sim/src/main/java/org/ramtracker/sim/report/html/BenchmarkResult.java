package org.ramtracker.sim.report.html;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What a benchmark measured.
 *
 * @param suite what it belongs to; its results are drawn together
 * @param name its name within the suite
 * @param parameters what it was measured with, like {@code content=ZERO, place=L1}; empty without any. Results with the same
 *     parameters and unit share an axis
 * @param score the mean
 * @param error half the width of the confidence interval, in the unit of the score; NaN if a single value was measured
 * @param unit JMH's, like {@code ns/op}
 * @param limits what it is compared with, the most important first; empty if nothing bounds it, or if it is itself the limit of
 *     others
 */
public record BenchmarkResult(
        String suite, String name, String parameters, double score, double error, String unit, List<Limit> limits) {
    /** A result that does not change. */
    public BenchmarkResult {
        limits = List.copyOf(limits);
    }

    /** What a run says about a goal. */
    public enum Standing {
        /** The share is at least the goal, and so is all of its range. */
        REACHED,
        /** The share is below the goal, and so is all of its range. */
        MISSED,
        /** The goal lies within the share's range, on either side: this run was too short or too noisy to tell. */
        UNDECIDED
    }

    /**
     * The limit of a benchmark, measured in the same run.
     *
     * @param baseline the name of the benchmark that is the limit
     * @param ratio the share of the limit that was reached: 1 is as good as the limit, whether less or more of the unit is
     *     better
     * @param error by how much the share may be wrong, from the errors of both; NaN if one of them is a single value
     * @param goal the share that is to be reached; empty if none is
     */
    public record Limit(String baseline, double ratio, double error, OptionalDouble goal) {
        /**
         * How the share stands to the goal.
         *
         * @return {@link Standing#REACHED} without a goal; never {@link Standing#UNDECIDED} without an error
         */
        public Standing standing() {
            if (goal.isEmpty()) {
                return Standing.REACHED;
            }
            if (Math.abs(ratio - goal.getAsDouble()) <= error) {
                return Standing.UNDECIDED;
            }
            return ratio >= goal.getAsDouble() ? Standing.REACHED : Standing.MISSED;
        }
    }
}
