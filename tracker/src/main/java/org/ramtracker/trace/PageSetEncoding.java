package org.ramtracker.trace;

/** How a set of pages is stored. */
final class PageSetEncoding {
    /** Nothing is in the set, and nothing is stored. */
    static final int EMPTY = 0;

    /**
     * One number a run, the pages since the end of the run before it: {@code gap << 1}, and {@code + 1} if the run has more
     * than one page; then a second number follows, its length less 2. Numbers are LEB128, seven bits a byte, the lowest first.
     */
    static final int RUNS = 1;

    /**
     * Stretches of bitmap words none of which is zero: the number of words since the end of the stretch before, as
     * {@code gap << 1}, and {@code + 1} if it has more than one word; then a second number follows, its length less 2; then
     * the words themselves, in the byte order of the file.
     */
    static final int WORDS = 2;

    static final int LAST = WORDS;

    private PageSetEncoding() {}
}
