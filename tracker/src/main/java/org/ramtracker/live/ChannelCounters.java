package org.ramtracker.live;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a channel has sent so far. Threads: the channel's writes, any reads; each figure by itself is exact, together they may be a
 * packet apart.
 */
final class ChannelCounters {
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicLong donePages = new AtomicLong();
    private final AtomicLong normalPages = new AtomicLong();
    private final AtomicLong zeroPages = new AtomicLong();
    private final AtomicLong compressedPages = new AtomicLong();
    private final AtomicLong savedBytes = new AtomicLong();
    private final AtomicLong costNanos = new AtomicLong();
    private final AtomicLong timesOff = new AtomicLong();

    void sent(long bytes) {
        add(sentBytes, bytes);
    }

    void compressed(long pages, long saved, long nanos) {
        add(compressedPages, pages);
        add(savedBytes, saved);
        add(costNanos, nanos);
    }

    void timesOff(long times) {
        timesOff.setRelease(times);
    }

    /** A packet has left; the pages in it wait no longer. */
    void done(long normal, long zero) {
        add(normalPages, normal);
        add(zeroPages, zero);
        add(donePages, normal + zero);
    }

    /** There is one writer: no read-modify-write that others would have to see as one. */
    private static void add(AtomicLong counter, long by) {
        counter.setRelease(counter.getPlain() + by);
    }

    long sentBytes() {
        return sentBytes.getAcquire();
    }

    long donePages() {
        return donePages.getAcquire();
    }

    long normalPages() {
        return normalPages.getAcquire();
    }

    long zeroPages() {
        return zeroPages.getAcquire();
    }

    ChannelStatistics statistics() {
        return new ChannelStatistics(
                sentBytes(),
                normalPages.getAcquire(),
                zeroPages.getAcquire(),
                compressedPages.getAcquire(),
                savedBytes.getAcquire(),
                costNanos.getAcquire(),
                timesOff.getAcquire());
    }
}
