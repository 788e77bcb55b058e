package org.ramtracker.sim.guest;

/** What makes a guest's writes. The order is part of the saved state's format. */
public enum GuestEngine {
    /** Java threads, which mark what they wrote. */
    THREADS;

    /**
     * The name that people type.
     *
     * @return for example {@code threads}
     */
    public String optionName() {
        return OptionNames.of(this);
    }
}
