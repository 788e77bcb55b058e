package org.ramtracker.scan;

import java.lang.foreign.MemorySegment;
import org.ramtracker.memory.PageSize;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/**
 * Tells a page that is one byte repeated from a normal page.
 *
 * <p>Threads: immutable. Nothing allocates.
 */
public final class PageClassifier {
    /** The page has to be sent whole. */
    public static final int NORMAL = MemoryKernels.NOT_UNIFORM;

    private final MemoryKernels kernels;
    private final DuplicateBytes duplicates;
    private final int pageBytes;

    /**
     * A classifier with the kernels of this process.
     *
     * @param pageSize size of the pages
     * @param duplicates which fill bytes count
     */
    public PageClassifier(PageSize pageSize, DuplicateBytes duplicates) {
        this(Kernels.chosen(), pageSize, duplicates);
    }

    /**
     * A classifier with kernels of the caller's choice, to compare them.
     *
     * @param kernels the inner loops
     * @param pageSize size of the pages
     * @param duplicates which fill bytes count
     */
    public PageClassifier(MemoryKernels kernels, PageSize pageSize, DuplicateBytes duplicates) {
        this.kernels = kernels;
        this.duplicates = duplicates;
        this.pageBytes = pageSize.bytes();
    }

    /**
     * Classifies one page.
     *
     * @param segment memory
     * @param offsetBytes where the page begins, a multiple of 8
     * @return the fill byte, 0 to 255, or {@link #NORMAL}
     */
    public int classify(MemorySegment segment, long offsetBytes) {
        return switch (duplicates) {
            case ZERO -> kernels.isZero(segment, offsetBytes, pageBytes) ? 0 : NORMAL;
            case ANY -> kernels.uniformByte(segment, offsetBytes, pageBytes);
        };
    }
}
