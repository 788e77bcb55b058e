package org.ramtracker.sim.guest;

/** What a guest's memory holds before its first write. The order is part of the saved state's format. */
public enum FillKind {
    /** Zero everywhere; start-up does not touch the memory. */
    ZERO,
    /** Pseudo-random words: no page is a duplicate of one byte, and none compresses. */
    RANDOM,
    /** A quarter of the pages zero, a quarter one other byte repeated, half of them pseudo-random words. */
    MIXED;

    /**
     * The name that people type.
     *
     * @return for example {@code mixed}
     */
    public String optionName() {
        return OptionNames.of(this);
    }

    /**
     * The fill of a name.
     *
     * @param optionName what a person typed
     * @return the fill
     * @throws IllegalArgumentException if there is none; the message lists those that there are
     */
    public static FillKind parse(String optionName) {
        return OptionNames.parse(values(), "fill", optionName);
    }
}
