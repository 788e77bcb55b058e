package org.ramtracker.forecast;

import java.util.Arrays;

/**
 * Pages by the moment at which each was written: those between two moments are found at a cost that goes by how many they are.
 * Moments are numbers of 16 bits. Pages are put into buckets by the upper ones, in two passes over them.
 *
 * <p>It takes 16 to 32 bytes for each page of the fullest set that it ever held, since arrays double.
 *
 * <p>Threads: single-threaded.
 */
final class MomentIndex {
    private static final int BUCKET_SHIFT = 8;
    private static final int BUCKETS = 1 << (PartialEpoch.PROBABILITY_BITS - BUCKET_SHIFT);
    private static final int PAGE_BITS = Long.SIZE - PartialEpoch.PROBABILITY_BITS;
    private static final long PAGE_MASK = (1L << PAGE_BITS) - 1;

    private final int[] bucketStart = new int[BUCKETS + 1];
    private long[] added = new long[64];
    private long[] ordered = new long[64];
    private int count;

    void clear() {
        count = 0;
        Arrays.fill(bucketStart, 0);
    }

    /** Adds a page; {@link #order} comes after the last. */
    void add(long page, long moment) {
        if (count == added.length) {
            added = Arrays.copyOf(added, 2 * count);
        }
        added[count++] = (moment << PAGE_BITS) | page;
        bucketStart[(int) (moment >>> BUCKET_SHIFT) + 1]++;
    }

    void order() {
        if (ordered.length < count) {
            ordered = new long[added.length];
        }
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            bucketStart[bucket + 1] += bucketStart[bucket];
        }
        for (int i = count - 1; i >= 0; i--) {
            int bucket = (int) (added[i] >>> (PAGE_BITS + BUCKET_SHIFT));
            ordered[--bucketStart[bucket + 1]] = added[i];
        }
        System.arraycopy(bucketStart, 1, bucketStart, 0, BUCKETS); // each start has come down to that of its own bucket
        bucketStart[BUCKETS] = count;
    }

    /** Adds the pages with a moment in {@code [from, to)} to a set. */
    void addBetween(int from, int to, WrittenPages into) {
        if (from >= to) {
            return;
        }
        int end = bucketStart[((to - 1) >>> BUCKET_SHIFT) + 1];
        for (int i = bucketStart[from >>> BUCKET_SHIFT]; i < end; i++) {
            long moment = ordered[i] >>> PAGE_BITS;
            if (moment >= from && moment < to) {
                long page = ordered[i] & PAGE_MASK;
                into.addWord((int) (page >>> 6), 1L << page);
            }
        }
    }
}
