package org.ramtracker.bench;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Downtimes of many migrations, as they were expected and as they were. In microseconds, to three digits. */
final class DowntimeFigures {
    private static final long MICROS_MAX = TimeUnit.MINUTES.toMicros(10);
    private static final int DIGITS = 3;
    private static final double[] PERCENTILES = {0, 25, 50, 75, 90, 95, 99, 100};
    private static final double MICROS_PER_MILLI = 1000;
    private static final double PERCENT = 100;

    private final Histogram expected = new Histogram(MICROS_MAX, DIGITS);
    private final Histogram actual = new Histogram(MICROS_MAX, DIGITS);
    private final Histogram excess = new Histogram(MICROS_MAX, DIGITS);
    private long withinLimit;
    private long withinExpectation;

    /** Counts a migration. */
    void add(long expectedMicros, long actualMicros, long limitMicros) {
        expected.recordValue(expectedMicros);
        actual.recordValue(actualMicros);
        excess.recordValue(Math.max(0, actualMicros - expectedMicros));
        withinLimit += actualMicros <= limitMicros ? 1 : 0;
        withinExpectation += actualMicros <= expectedMicros ? 1 : 0;
    }

    /** Share of the migrations that kept the limit, 0 to 1; 0 without any. */
    double withinLimit() {
        return share(withinLimit);
    }

    private double share(long migrations) {
        long all = actual.getTotalCount();
        return all == 0 ? 0 : (double) migrations / all;
    }

    void print(PrintStream out) {
        out.println("percentile   expected     actual     actual above expected   (ms)");
        for (double percentile : PERCENTILES) {
            out.printf(
                    "%10.0f %10.2f %10.2f %10.2f%n",
                    percentile, millis(expected, percentile), millis(actual, percentile), millis(excess, percentile));
        }
        out.printf(
                "%d migrations: %.0f %% within the limit, %.0f %% within what was expected%n",
                actual.getTotalCount(), PERCENT * withinLimit(), PERCENT * share(withinExpectation));
    }

    private static double millis(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }
}
