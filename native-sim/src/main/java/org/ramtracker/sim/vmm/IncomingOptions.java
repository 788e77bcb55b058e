package org.ramtracker.sim.vmm;

import java.time.Duration;

/**
 * How to receive.
 *
 * @param ramBytesMax refuse more memory than this
 * @param runFor how long the guest runs here before it checks itself
 * @param channels page channels that the source has beside the main connection
 * @param populateBytes RAM of a guest whose memory is populated before the source comes, with its graphics memory; 0 for none
 */
public record IncomingOptions(long ramBytesMax, Duration runFor, int channels, long populateBytes) {
    /**
     * Options for a source without page channels.
     *
     * @param ramBytesMax refuse more memory than this
     * @param runFor how long the guest runs here before it checks itself
     */
    public IncomingOptions(long ramBytesMax, Duration runFor) {
        this(ramBytesMax, runFor, 0, 0);
    }
}
