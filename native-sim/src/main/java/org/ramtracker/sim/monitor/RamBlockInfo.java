package org.ramtracker.sim.monitor;

/**
 * A block of guest RAM.
 *
 * @param name its {@code idstr}
 * @param pageSizeBytes unit of dirtiness and transfer
 * @param address where the guest sees it
 * @param usedLengthBytes its length
 */
public record RamBlockInfo(String name, int pageSizeBytes, long address, long usedLengthBytes) {}
