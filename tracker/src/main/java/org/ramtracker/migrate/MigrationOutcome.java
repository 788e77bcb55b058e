package org.ramtracker.migrate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a migration ended.
 *
 * @param status {@code COMPLETED}, {@code FAILED} or {@code CANCELLED}
 * @param message one line: why it failed; or, for the other two, what an operator has to know although it ended as it
 *     should; null if there is nothing to say
 * @param cause the exception behind the message, with those of the clean-up suppressed in it; null without one
 * @param guestAt where the guest is now
 * @param switchover what was expected of the switchover and what it was; empty if it did not come to one
 * @param switchoverCost the fixed cost of a switchover as it is known now: hand it to the next attempt
 */
public record MigrationOutcome(
        MigrationStatus status,
        @Nullable String message,
        @Nullable Throwable cause,
        GuestAt guestAt,
        Optional<Switchover> switchover,
        SwitchoverCost switchoverCost) {
    /** Where the guest is after a migration. */
    public enum GuestAt {
        /** At the source, as its manager wants it: running, or paused. */
        SOURCE,
        /** At the destination, which was told to go on. The source must never run it again. */
        DESTINATION,
        /**
         * Loaded at the destination, which may not have been told to go on; the source gave it up and must never run it
         * again. If the destination did not begin to run it, its operator has to say so there.
         */
        DESTINATION_UNTOLD
    }

    /**
     * The message, if there is one.
     *
     * @return one line
     */
    public Optional<String> warningOrReason() {
        return Optional.ofNullable(message);
    }
}
