package org.ramtracker.sim.guest;

/** From where a machine learns which pages its guest wrote. */
public enum DirtySource {
    /** The guest's own marks, made by software that knows what it writes. */
    MARKS;

    /**
     * The name that people type.
     *
     * @return for example {@code marks}
     */
    public String optionName() {
        return OptionNames.of(this);
    }

    /**
     * The source of a name.
     *
     * @param optionName what a person typed
     * @return the source
     * @throws IllegalArgumentException if there is none; the message lists those that there are
     */
    public static DirtySource parse(String optionName) {
        return OptionNames.parse(values(), "dirty log", optionName);
    }
}
