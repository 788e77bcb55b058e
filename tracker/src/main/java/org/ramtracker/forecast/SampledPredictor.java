package org.ramtracker.forecast;

/**
 * The published predictor, to compare ours with: passes are played through on {@link DistinctPages} alone. The first one sends
 * every page, each other one what was dirtied during the one before; it ends when a pass fits into the downtime limit.
 *
 * <p>Source: "Migration time prediction using calc-dirty-rate", qemu-devel, 2023. It knows one rate for the link, no rule but
 * the downtime limit, no throttling, and no change in what the guest does.
 */
public final class SampledPredictor {
    /** A limit that everything fits into. */
    public static final long UNLIMITED_MILLIS = Long.MAX_VALUE;

    /** A migration that takes longer is taken not to converge. */
    public static final double LIVE_MILLIS_MAX = 3_600_000;

    private static final int PAGE_BYTES = 4096;
    private static final int HEADER_BYTES = 8;
    private static final double MILLIS_PER_SECOND = 1000;

    private final DistinctPages dirtied;

    /**
     * A predictor for a guest.
     *
     * @param dirtied what the guest dirties; its pages have 4 KiB, as the published model takes them to
     */
    public SampledPredictor(DistinctPages dirtied) {
        this.dirtied = dirtied;
    }

    /**
     * What is predicted.
     *
     * @param converges whether it ends within an hour
     * @param liveMillis time with the guest running; without convergence, until it was given up
     * @param downtimeMillis time of the pass that fits the limit; without convergence, of the first that was not made
     * @param passes passes with the guest running
     */
    public record Prediction(boolean converges, double liveMillis, double downtimeMillis, int passes) {
        /**
         * The whole migration.
         *
         * @return ms, the downtime included
         */
        public double totalMillis() {
            return liveMillis + downtimeMillis;
        }
    }

    /**
     * Predicts a migration.
     *
     * @param bytesPerSecond what the link carries; the published table takes 1 Gbit/s for 2^30 bits
     * @param downtimeLimitMillis the limit
     * @return the prediction
     * @throws IllegalArgumentException if the link carries nothing
     */
    public Prediction predict(double bytesPerSecond, double downtimeLimitMillis) {
        if (!(bytesPerSecond > 0)) {
            throw new IllegalArgumentException("a bandwidth of zero: nothing would ever arrive");
        }
        double liveMillis = 0;
        double passMillis = passMillis(dirtied.nonZeroPages(), dirtied.zeroPages(), bytesPerSecond);
        int passes = 0;
        while (passMillis > downtimeLimitMillis && liveMillis <= LIVE_MILLIS_MAX) {
            liveMillis += passMillis;
            passes++;
            passMillis = passMillis(dirtied.within(passMillis), 0, bytesPerSecond);
        }
        return new Prediction(liveMillis <= LIVE_MILLIS_MAX, liveMillis, passMillis, passes);
    }

    private static double passMillis(double pages, double zeroPages, double bytesPerSecond) {
        double bytes = pages * (PAGE_BYTES + HEADER_BYTES) + zeroPages * HEADER_BYTES;
        return bytes * MILLIS_PER_SECOND / bytesPerSecond;
    }
}
