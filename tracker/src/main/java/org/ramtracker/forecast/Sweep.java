package org.ramtracker.forecast;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Forecasts many cases. Each row is a function of its case alone, so it does not matter where, when, in which order, or on how
 * many threads they are played.
 *
 * <p>Threads: any number may call.
 */
public final class Sweep {
    private Sweep() {}

    /**
     * Plays one case.
     *
     * @param sweepCase what is asked
     * @param history that of its trace
     * @return its row
     * @throws IllegalArgumentException if there is no such policy, or a value is out of range
     */
    public static SweepRow row(SweepCase sweepCase, DirtyHistory history) {
        Forecast forecast = Forecaster.forecast(sweepCase.request(history));
        return SweepRow.of(sweepCase, forecast, Regret.of(forecast.request(), forecast.course()));
    }

    /**
     * The cases of one machine of several: every n-th one, so that each gets as much of every trace and policy.
     *
     * @param cases all cases, in the same order on every machine
     * @param shard which machine, in {@code [0, shards)}
     * @param shards how many there are
     * @return its cases, in order
     * @throws IllegalArgumentException if there is no such shard
     */
    public static List<SweepCase> shard(List<SweepCase> cases, int shard, int shards) {
        if (shard < 0 || shard >= shards) {
            throw new IllegalArgumentException("shard %d of %d".formatted(shard, shards));
        }
        return IntStream.range(0, cases.size())
                .filter(index -> index % shards == shard)
                .mapToObj(cases::get)
                .toList();
    }

    /**
     * Plays cases on all cores.
     *
     * @param cases the cases
     * @param histories the history of each trace; called by many threads
     * @param rows told each row, in the order of the cases, one at a time
     */
    public static void run(
            List<SweepCase> cases, Function<TraceIdentity, DirtyHistory> histories, Consumer<SweepRow> rows) {
        cases.parallelStream()
                .map(sweepCase -> row(sweepCase, histories.apply(sweepCase.trace())))
                .forEachOrdered(rows);
    }
}
