package org.ramtracker.sim.guest;

/** How a synthetic guest chooses the pages that it writes. The order is part of the saved state's format. */
public enum GuestKind {
    /** Writes nothing. */
    IDLE(0),
    /** Every page in order, round and round. */
    SWEEP(32),
    /** Nine writes of ten in a twentieth of the pages, the tenth anywhere. */
    HOTSET(96),
    /** Uniform over all pages, with replacement. */
    RANDOM_WRITES(64),
    /** Like random writes, at twice the rate for half a second, then nothing for half a second. */
    BURSTY(64);

    private final long defaultRateMib;

    GuestKind(long defaultRateMib) {
        this.defaultRateMib = defaultRateMib;
    }

    /**
     * The rate for who names none: moderate, so that a migration over a fast link converges.
     *
     * @return bytes of pages written per second; 0 for {@link #IDLE}
     */
    public long defaultRateBytesPerSecond() {
        return defaultRateMib << 20;
    }

    /**
     * The name that people type.
     *
     * @return for example {@code random-writes}
     */
    public String optionName() {
        return OptionNames.of(this);
    }

    /**
     * The kind of a name.
     *
     * @param optionName what a person typed
     * @return the kind
     * @throws IllegalArgumentException if there is none; the message lists those that there are
     */
    public static GuestKind parse(String optionName) {
        return OptionNames.parse(values(), "guest", optionName);
    }
}
