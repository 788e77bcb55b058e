package org.ramtracker.sim.cli;

import org.ramtracker.migrate.MigrationParameters;

/** What whoever watches a migration can do about it. */
final class Advice {
    private Advice() {}

    /** For a guest that dirties memory as fast as it is sent. A limit that is not there cannot be what holds it up. */
    static String whenStuck(MigrationParameters parameters) {
        boolean limited = parameters.maxBandwidthBytesPerSecond() > 0;
        return "the guest dirties memory as fast as it is sent: if no rule was chosen that ends this "
                + "(--policy, --max-total-time, ...), raise " + (limited ? "--bandwidth or " : "")
                + "--downtime-limit, "
                + (limited
                        ? "give --avail-switchover-bandwidth if the link carries more than --bandwidth lets through, "
                        : "")
                + "slow the guest down, or end it with Ctrl-C";
    }
}
