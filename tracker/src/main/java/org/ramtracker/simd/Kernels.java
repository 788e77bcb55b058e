package org.ramtracker.simd;

/** Chooses the {@link MemoryKernels} of this process, once. */
public final class Kernels {
    private static final MemoryKernels SCALAR = new ScalarKernels();

    private Kernels() {}

    /**
     * The kernels chosen for this process.
     *
     * @return the fastest that can run here
     */
    public static MemoryKernels chosen() {
        return SCALAR;
    }

    /**
     * Why {@link #chosen()} is what it is.
     *
     * @return a sentence for {@code ramtracker info}
     */
    public static String reason() {
        return "the scalar kernels are the only ones built so far";
    }

    /**
     * The specification, for comparison.
     *
     * @return the scalar kernels
     */
    public static MemoryKernels scalar() {
        return SCALAR;
    }
}
