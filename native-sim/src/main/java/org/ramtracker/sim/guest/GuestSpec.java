package org.ramtracker.sim.guest;

import java.util.Optional;

/**
 * All that decides what a synthetic guest does, apart from its memory: two guests of one spec over equal memory write the
 * same values to the same pages in the same order on every thread.
 *
 * @param kind how it chooses pages; {@link GuestKind#IDLE} if a trace says so
 * @param dirtyRateBytesPerSecond bytes of pages written per second, over all threads, writes to a page that is dirty
 *     already included; 0 = as fast as possible; at most 2^40
 * @param fill what its memory holds at first
 * @param seed of everything pseudo-random
 * @param threads how many threads write, 1 to 1024, each in its own share of the pages
 * @param engine what makes the writes
 * @param replay the trace that it plays back, if its engine does that
 */
public record GuestSpec(
        GuestKind kind,
        long dirtyRateBytesPerSecond,
        FillKind fill,
        long seed,
        int threads,
        GuestEngine engine,
        Optional<ReplaySource> replay) {
    /** Fastest limit that can be asked for; whoever wants more asks for 0. */
    public static final long RATE_BYTES_PER_SECOND_MAX = 1L << 40;

    /** Most threads. */
    public static final int THREADS_MAX = 1024;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a rate or a number of threads is out of range
     */
    public GuestSpec {
        if (dirtyRateBytesPerSecond < 0 || dirtyRateBytesPerSecond > RATE_BYTES_PER_SECOND_MAX) {
            throw new IllegalArgumentException("a guest's dirty rate of %d bytes/s is outside 0 to %d"
                    .formatted(dirtyRateBytesPerSecond, RATE_BYTES_PER_SECOND_MAX));
        }
        if (threads < 1 || threads > engine.threadsMax()) {
            throw new IllegalArgumentException("a guest of %d %s: choose 1 to %d"
                    .formatted(threads, engine == GuestEngine.KVM ? "vCPUs" : "threads", engine.threadsMax()));
        }
    }

    /**
     * The spec of a guest that plays nothing back.
     *
     * @param kind how it chooses pages
     * @param dirtyRateBytesPerSecond bytes of pages written per second
     * @param fill what its memory holds at first
     * @param seed of everything pseudo-random
     * @param threads how many threads write
     * @param engine what makes the writes
     */
    public GuestSpec(
            GuestKind kind, long dirtyRateBytesPerSecond, FillKind fill, long seed, int threads, GuestEngine engine) {
        this(kind, dirtyRateBytesPerSecond, fill, seed, threads, engine, Optional.empty());
    }

    /**
     * The spec of a guest that plays a trace back.
     *
     * @param source the trace
     * @param seed of the contents
     * @return the spec
     */
    public static GuestSpec replay(ReplaySource source, long seed) {
        return new GuestSpec(GuestKind.IDLE, 0, FillKind.MIXED, seed, 1, GuestEngine.REPLAY).replaying(source);
    }

    /** This spec with the trace to play back. */
    GuestSpec replaying(ReplaySource source) {
        return new GuestSpec(kind, dirtyRateBytesPerSecond, fill, seed, threads, engine, Optional.of(source));
    }

    /** Whether it writes nothing. */
    boolean isIdle() {
        return kind == GuestKind.IDLE && engine != GuestEngine.REPLAY;
    }

    /**
     * The spec of a guest of Java threads.
     *
     * @param kind how it chooses pages
     * @param dirtyRateBytesPerSecond bytes of pages written per second
     * @param fill what its memory holds at first
     * @param seed of everything pseudo-random
     * @param threads how many threads write
     */
    public GuestSpec(GuestKind kind, long dirtyRateBytesPerSecond, FillKind fill, long seed, int threads) {
        this(kind, dirtyRateBytesPerSecond, fill, seed, threads, GuestEngine.THREADS);
    }

    /**
     * A spec of Java threads with the default rate of its kind.
     *
     * @param kind how it chooses pages
     * @param fill what its memory holds at first
     * @param seed of everything pseudo-random
     * @param threads how many threads write
     * @return the spec
     */
    public static GuestSpec withDefaultRate(GuestKind kind, FillKind fill, long seed, int threads) {
        return new GuestSpec(kind, kind.defaultRateBytesPerSecond(), fill, seed, threads);
    }

    /** The share of one thread, such that the shares add up to the rate. */
    long rateBytesPerSecondOf(int thread) {
        return dirtyRateBytesPerSecond * (thread + 1) / threads - dirtyRateBytesPerSecond * thread / threads;
    }
}
