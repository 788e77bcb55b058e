package org.ramtracker.forecast;

import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.MigrationParameters;

/**
 * What is asked of a forecast. The answer is a pure function of it.
 *
 * @param history what the guest wrote
 * @param policy the rules
 * @param parameters what an operator would set; {@code pause-before-switchover} is ignored, because nobody would say when to
 *     go on
 * @param link the link
 * @param machine what the machines at both ends cost
 * @param startNanos where in the history the migration begins
 * @param pace how fast the guest runs through its history, 1 = as recorded
 * @param horizonNanos a migration that is not over by then is given up
 * @param anyByteDuplicates whether pages of any one byte travel as that byte, or zero pages only
 * @param seed of the moments within epochs, which no trace knows
 */
public record ForecastRequest(
        DirtyHistory history,
        ConvergencePolicy policy,
        MigrationParameters parameters,
        LinkModel link,
        MachineModel machine,
        long startNanos,
        double pace,
        long horizonNanos,
        boolean anyByteDuplicates,
        long seed) {
    /** An hour. */
    public static final long HORIZON_NANOS = 3_600_000_000_000L;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one of them does not hold
     */
    public ForecastRequest {
        if (startNanos < 0 || startNanos >= history.durationNanos()) {
            throw new IllegalArgumentException("a start after %d ms, the trace is %d ms long"
                    .formatted(startNanos / 1_000_000, history.durationNanos() / 1_000_000));
        }
        if (!(pace > 0) || horizonNanos <= 0) {
            throw new IllegalArgumentException("a pace of %s and a horizon of %d ns".formatted(pace, horizonNanos));
        }
    }

    /**
     * A migration that begins with the trace, under the standard rules.
     *
     * @param history what the guest wrote
     * @param parameters what an operator would set
     * @param link the link
     * @return the request, of a machine that costs no time
     */
    public static ForecastRequest of(DirtyHistory history, MigrationParameters parameters, LinkModel link) {
        return new ForecastRequest(
                history,
                ConvergencePolicy.standard(),
                parameters,
                link,
                MachineModel.IDEAL,
                0,
                1,
                HORIZON_NANOS,
                false,
                0);
    }

    /**
     * This with other rules.
     *
     * @param other the rules
     * @return another request
     */
    public ForecastRequest withPolicy(ConvergencePolicy other) {
        return new ForecastRequest(
                history, other, parameters, link, machine, startNanos, pace, horizonNanos, anyByteDuplicates, seed);
    }

    /**
     * This with other parameters.
     *
     * @param others the parameters
     * @return another request
     */
    public ForecastRequest withParameters(MigrationParameters others) {
        return new ForecastRequest(
                history, policy, others, link, machine, startNanos, pace, horizonNanos, anyByteDuplicates, seed);
    }

    /**
     * This over another link.
     *
     * @param other the link
     * @return another request
     */
    public ForecastRequest withLink(LinkModel other) {
        return new ForecastRequest(
                history, policy, parameters, other, machine, startNanos, pace, horizonNanos, anyByteDuplicates, seed);
    }

    /**
     * This between other machines.
     *
     * @param other their costs
     * @return another request
     */
    public ForecastRequest withMachine(MachineModel other) {
        return new ForecastRequest(
                history, policy, parameters, link, other, startNanos, pace, horizonNanos, anyByteDuplicates, seed);
    }

    /**
     * This from another moment on.
     *
     * @param nanos where in the history it begins
     * @return another request
     */
    public ForecastRequest withStart(long nanos) {
        return new ForecastRequest(
                history, policy, parameters, link, machine, nanos, pace, horizonNanos, anyByteDuplicates, seed);
    }

    /**
     * This with a guest that runs faster or slower.
     *
     * @param other 1 = as recorded
     * @return another request
     */
    public ForecastRequest withPace(double other) {
        return new ForecastRequest(
                history, policy, parameters, link, machine, startNanos, other, horizonNanos, anyByteDuplicates, seed);
    }

    /**
     * This with another patience.
     *
     * @param nanos when it is given up
     * @return another request
     */
    public ForecastRequest withHorizon(long nanos) {
        return new ForecastRequest(
                history, policy, parameters, link, machine, startNanos, pace, nanos, anyByteDuplicates, seed);
    }
}
