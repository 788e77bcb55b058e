package org.ramtracker.trace;

/**
 * What the pages held when the recording began, counted; which pages they are is in the trace as well.
 *
 * @param zeroPages pages that were all zero
 * @param duplicatePages pages of one other byte, repeated
 * @param normalPages all others
 * @param compression how well the normal ones compress
 */
public record PageKinds(long zeroPages, long duplicatePages, long normalPages, CompressionSample compression) {
    /**
     * All pages.
     *
     * @return the sum of the three kinds
     */
    public long pages() {
        return zeroPages + duplicatePages + normalPages;
    }
}
