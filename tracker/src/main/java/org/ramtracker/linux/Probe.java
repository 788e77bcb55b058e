package org.ramtracker.linux;

import java.io.IOException;

/**
 * Whether the host offers something.
 *
 * @param available whether it can be used
 * @param detail for people: what exactly is offered, or why it cannot be used
 */
public record Probe(boolean available, String detail) {
    @FunctionalInterface
    interface Attempt {
        Probe run() throws IOException;
    }

    static Probe available(String detail) {
        return new Probe(true, detail);
    }

    static Probe unavailable(String reason) {
        return new Probe(false, reason);
    }

    /** What the attempt found; a call that fails is the reason why it is not available. */
    static Probe of(Attempt attempt) {
        try {
            return attempt.run();
        } catch (IOException e) {
            return unavailable(String.valueOf(e.getMessage()));
        }
    }
}
