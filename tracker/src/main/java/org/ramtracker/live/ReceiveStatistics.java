package org.ramtracker.live;

/**
 * What a stream consisted of.
 *
 * @param transferredBytes its length
 * @param normalPages pages that came whole, each as often as it came
 * @param duplicatePages pages that came as one byte
 * @param xbzrlePages pages that came as a delta
 */
public record ReceiveStatistics(long transferredBytes, long normalPages, long duplicatePages, long xbzrlePages) {}
