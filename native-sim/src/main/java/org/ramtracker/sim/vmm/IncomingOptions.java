package org.ramtracker.sim.vmm;

import java.time.Duration;

/**
 * How to receive.
 *
 * @param ramBytesMax refuse more memory than this
 * @param runFor how long the guest runs here before it checks itself
 */
public record IncomingOptions(long ramBytesMax, Duration runFor) {}
