package org.ramtracker.sim.guest;

/**
 * Which page each step of one thread writes: a pure function of the step, so that a check needs no record of what was
 * written.
 *
 * <p>Threads: immutable.
 */
class WritePattern {
    /** One write of so many leaves the hot set. */
    private static final int COLD_EVERY = 10;
    /** One page of so many is hot. They are spread evenly. */
    private static final int HOT_SPACING_PAGES = 20;

    private final GuestKind kind;
    private final long key;
    private final int thread;
    private final long firstOrdinal;
    private final long pages;
    private final long hotPages;

    /** The pattern of one thread of a guest. */
    WritePattern(GuestSpec spec, PageLayout layout, int thread) {
        this.kind = spec.kind();
        this.key = Mixer.key(Mixer.key(spec.seed(), 3), thread);
        this.thread = thread;
        this.firstOrdinal = layout.shareStart(thread, spec.threads());
        this.pages = layout.shareStart(thread + 1, spec.threads()) - firstOrdinal;
        this.hotPages = (pages + HOT_SPACING_PAGES - 1) / HOT_SPACING_PAGES;
    }

    final int thread() {
        return thread;
    }

    /** First ordinal of this thread's share. */
    final long firstOrdinal() {
        return firstOrdinal;
    }

    /** Size of this thread's share. */
    final long pages() {
        return pages;
    }

    /** How many pages of this thread's share are hot. */
    final long hotPages() {
        return hotPages;
    }

    /** Of what this thread draws at random. */
    final long key() {
        return key;
    }

    /** The page that a step writes. */
    long ordinalOf(long step) {
        return firstOrdinal
                + switch (kind) {
                    case SWEEP -> step % pages;
                    case HOTSET -> step % COLD_EVERY == 0 ? anyPage(step) : hotPage(step);
                    case RANDOM_WRITES, BURSTY -> anyPage(step);
                    case IDLE -> throw new IllegalStateException("an idle guest has no step " + step);
                };
    }

    /** Whether a step writes this page. */
    boolean writes(long ordinal, long step) {
        return kind != GuestKind.IDLE && ordinalOf(step) == ordinal;
    }

    private long hotPage(long step) {
        return Mixer.below(hotPages, random(step)) * HOT_SPACING_PAGES;
    }

    private long anyPage(long step) {
        return Mixer.below(pages, random(step));
    }

    private long random(long step) {
        return Mixer.mix(key + step * Mixer.GOLDEN);
    }
}
