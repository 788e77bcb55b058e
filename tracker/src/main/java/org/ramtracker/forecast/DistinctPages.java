package org.ramtracker.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ramtracker.dirty.PageBitmap;

/**
 * How many distinct pages a guest dirties within a time, {@code D(t)}, as counted on a sample of its pages: the input of the
 * {@link SampledPredictor}.
 *
 * <p>Counts are scaled by {@code totalPages / sampledPages}. The curve is piecewise linear through them. Left of the first point
 * it follows the line through the first two, not below 0; right of the last one it follows the last segment, up to the pages
 * that are not zero.
 *
 * <p>Source: "Migration time prediction using calc-dirty-rate", qemu-devel, 2023.
 *
 * <p>Threads: immutable.
 */
public final class DistinctPages {
    /** Those of the published curve. */
    private static final long[] PERIODS_MILLIS = {
        125, 250, 375, 500, 750, 1000, 1500, 2000, 3000, 4001, 6000, 8000, 10000, 15000, 20000, 25000, 30000, 35000,
        40000, 45000, 50000, 60000
    };

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long totalPages;
    private final double zeroPages;
    private final double[] periodMillis;
    private final double[] dirtyPages;

    /**
     * A curve.
     *
     * @param totalPages pages of the guest
     * @param sampledPages pages that were looked at, 1 to {@code totalPages}
     * @param sampledZeroPages how many of those were zero
     * @param periodMillis periods in ms, at least two, ascending, none negative
     * @param sampledDirtyPages for each period, how many of the sampled pages were dirtied within it
     * @throws IllegalArgumentException if one of these does not hold
     */
    public DistinctPages(
            long totalPages, long sampledPages, long sampledZeroPages, long[] periodMillis, long[] sampledDirtyPages) {
        checkSample(totalPages, sampledPages, sampledZeroPages);
        checkPeriods(periodMillis, sampledDirtyPages);
        double scale = totalPages / (double) sampledPages;
        this.totalPages = totalPages;
        this.zeroPages = sampledZeroPages * scale;
        this.periodMillis = Arrays.stream(periodMillis)
                .mapToDouble(millis -> (double) millis)
                .toArray();
        this.dirtyPages =
                Arrays.stream(sampledDirtyPages).mapToDouble(n -> n * scale).toArray();
    }

    /**
     * The curve of a history, from its beginning on, at about the published periods. Every page is looked at, so that nothing
     * has to be scaled.
     *
     * @param history what the guest wrote
     * @return its curve
     * @throws IllegalArgumentException if the history has a single epoch, or all of it is within one millisecond, which gives no curve
     */
    public static DistinctPages of(DirtyHistory history) {
        long pages = history.layout().pages();
        try (PageBitmap zero = new PageBitmap(pages)) {
            history.addZeroPagesTo(zero);
            return counted(history, history.layout().ramPages(), zero.count());
        }
    }

    private static DistinctPages counted(DirtyHistory history, long ramPages, long zeroPages) {
        List<Long> millis = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        DirtyHistory.Epochs epoch = history.read();
        int period = 0;
        try (PageBitmap written = new PageBitmap(history.layout().pages())) {
            for (long index = 0; index < history.epochs() && period < PERIODS_MILLIS.length; index++) {
                epoch.moveTo(index);
                while (epoch.nextRun()) {
                    written.add(epoch.runFirstPage(), epoch.runPages());
                }
                long endMillis = epoch.endNanos() / NANOS_PER_MILLI;
                boolean last = index == history.epochs() - 1;
                if ((endMillis >= PERIODS_MILLIS[period] || index == 0 || last) && isLater(endMillis, millis)) {
                    millis.add(endMillis);
                    counts.add(written.count());
                }
                while (period < PERIODS_MILLIS.length && endMillis >= PERIODS_MILLIS[period]) {
                    period++;
                }
            }
        }
        if (millis.size() < 2) {
            throw new IllegalArgumentException(
                    "the trace has a single epoch; the sampled model needs two or more, a millisecond long: record for longer");
        }
        return new DistinctPages(
                ramPages,
                ramPages,
                zeroPages,
                millis.stream().mapToLong(Long::longValue).toArray(),
                counts.stream().mapToLong(Long::longValue).toArray());
    }

    private static boolean isLater(long endMillis, List<Long> millis) {
        return millis.isEmpty() || endMillis > millis.getLast();
    }

    private static void checkSample(long totalPages, long sampledPages, long sampledZeroPages) {
        if (sampledPages < 1 || sampledPages > totalPages) {
            throw new IllegalArgumentException(
                    "a sample of %d pages of a guest of %d".formatted(sampledPages, totalPages));
        }
        if (sampledZeroPages < 0 || sampledZeroPages > sampledPages) {
            throw new IllegalArgumentException(
                    "%d zero pages in a sample of %d".formatted(sampledZeroPages, sampledPages));
        }
    }

    private static void checkPeriods(long[] periodMillis, long[] sampledDirtyPages) {
        if (periodMillis.length < 2 || periodMillis.length != sampledDirtyPages.length) {
            throw new IllegalArgumentException(
                    "%d periods and %d counts: the curve needs two of each or more, as many of both"
                            .formatted(periodMillis.length, sampledDirtyPages.length));
        }
        for (int i = 0; i < periodMillis.length; i++) {
            if (periodMillis[i] <= (i == 0 ? -1 : periodMillis[i - 1])) {
                throw new IllegalArgumentException(
                        "period %d, %d ms, does not come after the one before".formatted(i, periodMillis[i]));
            }
        }
    }

    /**
     * Pages that are not zero.
     *
     * @return estimate for the whole guest
     */
    public double nonZeroPages() {
        return totalPages - zeroPages;
    }

    /**
     * Pages that are zero.
     *
     * @return estimate for the whole guest
     */
    public double zeroPages() {
        return zeroPages;
    }

    /**
     * {@code D(t)}.
     *
     * @param millis a time, at least 0
     * @return distinct pages dirtied within it, estimate for the whole guest
     */
    public double within(double millis) {
        int left = segmentOf(millis);
        double slope = (dirtyPages[left + 1] - dirtyPages[left]) / (periodMillis[left + 1] - periodMillis[left]);
        double pages = dirtyPages[left] + slope * (millis - periodMillis[left]);
        return Math.clamp(pages, 0, nonZeroPages());
    }

    /** Index of the point at the left end of the segment to go by. */
    private int segmentOf(double millis) {
        int left = 0;
        while (left < periodMillis.length - 2 && periodMillis[left + 1] <= millis) {
            left++;
        }
        return left;
    }
}
