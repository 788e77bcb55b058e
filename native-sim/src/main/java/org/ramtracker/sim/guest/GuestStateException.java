package org.ramtracker.sim.guest;

import java.io.IOException;

/** A guest's saved state is not one, or does not fit the memory that it is to run in. The message is one line. */
public final class GuestStateException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * With what is wrong.
     *
     * @param message which byte of the state, what it holds and what would do
     */
    public GuestStateException(String message) {
        super(message);
    }
}
