package org.ramtracker.memory;

/**
 * The guest's page size: a power of two between 4 KiB and 2 MiB. It is the unit of dirtiness and of transfer (QEMU's
 * target page size), whatever the host backs the memory with.
 *
 * @param shift log2 of the size in bytes, 12 to 21
 */
public record PageSize(int shift) {
    /** Smallest supported shift: 4 KiB. */
    public static final int SHIFT_MIN = 12;

    /** Largest supported shift: 2 MiB. */
    public static final int SHIFT_MAX = 21;

    /** 4 KiB pages, the only size that x86 QEMU streams use. */
    public static final PageSize KIB_4 = new PageSize(SHIFT_MIN);

    /** 2 MiB pages. */
    public static final PageSize MIB_2 = new PageSize(SHIFT_MAX);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if {@code shift} is outside 12 to 21
     */
    public PageSize {
        if (shift < SHIFT_MIN || shift > SHIFT_MAX) {
            throw new IllegalArgumentException(
                    "page size shift " + shift + " is outside " + SHIFT_MIN + " to " + SHIFT_MAX);
        }
    }

    /**
     * The page size of so many bytes.
     *
     * @param bytes a power of two, 4096 to 2097152
     * @return the page size
     * @throws IllegalArgumentException if {@code bytes} is not a supported page size
     */
    public static PageSize ofBytes(long bytes) {
        if (Long.bitCount(bytes) != 1 || bytes < 1L << SHIFT_MIN || bytes > 1L << SHIFT_MAX) {
            throw new IllegalArgumentException("page size " + bytes + " is not a power of two from 4096 to 2097152");
        }
        return new PageSize(Long.numberOfTrailingZeros(bytes));
    }

    /**
     * Size of a page.
     *
     * @return bytes in a page
     */
    public int bytes() {
        return 1 << shift;
    }

    /**
     * How many bytes so many pages are.
     *
     * @param pages a count of pages, or a page index
     * @return bytes, or the byte offset of that page
     */
    public long toBytes(long pages) {
        return pages << shift;
    }

    /**
     * The page that holds a byte offset.
     *
     * @param offsetBytes a byte offset
     * @return its page index, rounded down
     */
    public long pageOf(long offsetBytes) {
        return offsetBytes >>> shift;
    }

    /**
     * Whether a length or offset is a whole number of pages.
     *
     * @param bytes a length or an offset
     * @return true if it is a multiple of the page size
     */
    public boolean isAligned(long bytes) {
        return (bytes & (bytes() - 1L)) == 0;
    }
}
