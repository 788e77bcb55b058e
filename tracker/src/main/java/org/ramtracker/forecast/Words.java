package org.ramtracker.forecast;

/** Bits of bitmap words: page {@code 64 * word + bit}. */
final class Words {
    private Words() {}

    /** The bits of the word of {@code page} that lie in {@code [page, endPage)}. */
    static long mask(long page, long endPage) {
        long from = -1L << page;
        return endPage <= (page | 63) ? from & ~(-1L << endPage) : from;
    }
}
