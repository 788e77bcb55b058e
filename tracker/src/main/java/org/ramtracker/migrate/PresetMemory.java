package org.ramtracker.migrate;

/**
 * What the rules of one preset remember, in the form that they need; opaque to everybody else.
 *
 * <p>Threads: immutable.
 */
public sealed interface PresetMemory permits PresetMemory.Nothing, LastPass, RoundPages, StallCount, StallWatch {
    /** For rules that need no memory. */
    enum Nothing implements PresetMemory {
        /** Nothing is remembered. */
        NOTHING
    }
}
