package org.ramtracker.forecast;

/**
 * Where a destination has no memory yet, and populates it, as {@code PopulateAhead} does: a chunk of the size of a huge page at
 * once, when the first run of normal pages comes for it that is as long as its {@code RUN_BYTES_MIN}. Pages of shorter runs are
 * left to the fault handler, and take hardly longer than any page, because there are always small pieces of memory at hand; they
 * count for nothing here. The pages of a run come one by one, as in a stream without channels.
 *
 * <p>Chunks are counted from the first page of the first block, and not where the host's memory has them; so the last one of a block
 * may take in a gap, or the beginning of the next.
 *
 * <p>Threads: single-threaded. Nothing allocates after construction.
 */
final class NewMemory {
    private static final int CHUNK_BYTES_SHIFT = 21;
    /** A sixteenth of a chunk. */
    private static final int RUN_BYTES_SHIFT = CHUNK_BYTES_SHIFT - 4;

    private final PageKindTable kinds;
    private final int chunkShift;
    private final long runPagesMin;
    private final boolean[] populated;

    private long runEnd;
    private long runPages;

    /**
     * Nothing is populated.
     *
     * @param kinds which pages are not written
     */
    NewMemory(PageKindTable kinds, int pageBytes) {
        int pageShift = Integer.numberOfTrailingZeros(pageBytes);
        this.kinds = kinds;
        this.chunkShift = Math.max(0, CHUNK_BYTES_SHIFT - pageShift);
        this.runPagesMin = 1L << Math.max(0, RUN_BYTES_SHIFT - pageShift);
        this.populated = new boolean[Math.toIntExact((kinds.pages() + (1L << chunkShift) - 1) >>> chunkShift)];
    }

    /** These pages travel, in order: how many pages are populated for those of them that are normal. */
    long populateFor(long firstPage, long pageCount) {
        long endPage = firstPage + pageCount;
        long found = 0;
        for (long page = firstPage; page < endPage; page = (page | 63) + 1) {
            int wordIndex = (int) (page >>> 6);
            long normal = Words.mask(page, endPage) & ~kinds.duplicateWord(wordIndex);
            found += populateRuns((long) wordIndex << 6, normal);
        }
        return found;
    }

    private long populateRuns(long wordPage, long mask) {
        long found = 0;
        for (long left = mask; left != 0; ) {
            int first = Long.numberOfTrailingZeros(left);
            long above = left + (1L << first); // carries through the run
            int end = above == 0 ? Long.SIZE : Long.numberOfTrailingZeros(above);
            found += populateRun(wordPage + first, wordPage + end);
            left &= above;
        }
        return found;
    }

    private long populateRun(long firstPage, long endPage) {
        long pagesBefore = firstPage == runEnd ? runPages : 0;
        runPages = pagesBefore + endPage - firstPage;
        runEnd = endPage;
        long longEnough = firstPage + Math.max(0, runPagesMin - pagesBefore - 1);
        long found = 0;
        for (long page = longEnough; page < endPage; page = ((page >>> chunkShift) + 1) << chunkShift) {
            found += populateChunk((int) (page >>> chunkShift));
        }
        return found;
    }

    private long populateChunk(int chunk) {
        if (populated[chunk]) {
            return 0;
        }
        populated[chunk] = true;
        long firstPage = (long) chunk << chunkShift;
        return Math.min(1L << chunkShift, kinds.pages() - firstPage);
    }
}
