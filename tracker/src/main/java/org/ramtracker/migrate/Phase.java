package org.ramtracker.migrate;

/** The agent's own, finer states: what the next slice does. */
enum Phase {
    /** Set the migration up. */
    IDLE("starting"),
    /** Poll {@link RamSink#begin}. */
    OPENING("opening the stream"),
    /** Send pages while the guest runs. */
    COPYING("sending pages"),
    /** Poll {@link VcpuControl#isDrained}. */
    PAUSING("pausing the guest"),
    /** Wait for {@link MigrationControl#continueSwitchover}. */
    HOLDING("waiting to continue the switchover"),
    /** Send the rest of the paused guest's pages. */
    SENDING_REST("sending the last pages"),
    /** Poll {@link RamSink#finish}. */
    FINISHING("waiting for the destination to confirm"),
    /** Poll {@link RamSink#commit}; there is no way back. */
    COMMITTING("telling the destination to go on"),
    /** Nothing any more. */
    OVER("over");

    private final String doing;

    Phase(String doing) {
        this.doing = doing;
    }

    /** For messages: "failed while ...". */
    String doing() {
        return doing;
    }
}
