package org.ramtracker.simd;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the {@link MemoryKernels} of this process, once: the vector ones where they can run fast, and otherwise the scalar
 * ones with the reason and the flag that would change it. The system property {@value #PROPERTY} overrides the choice with
 * {@code scalar} or {@code vector}.
 *
 * <p>Threads: any.
 */
public final class Kernels {
    /** System property that overrides the choice: {@code scalar} or {@code vector}. */
    public static final String PROPERTY = "ramtracker.simd";

    private static final String MODULE = "jdk.incubator.vector";
    private static final int WIDTH_BITS_MIN = 128;
    private static final MemoryKernels SCALAR = new ScalarKernels();
    private static final Choice CHOICE = choose(
            System.getProperty(PROPERTY),
            ModuleLayer.boot().findModule(MODULE).isPresent(),
            System.getProperty("java.vm.info", ""));

    private Kernels() {}

    record Choice(MemoryKernels kernels, String reason) {}

    /**
     * The kernels chosen for this process.
     *
     * @return the fastest that can run here, unless {@value #PROPERTY} says otherwise; always the same object
     */
    public static MemoryKernels chosen() {
        return CHOICE.kernels();
    }

    /**
     * Why {@link #chosen()} is what it is.
     *
     * @return a sentence for people, which names the flag to pass if the scalar kernels run and need not
     */
    public static String reason() {
        return CHOICE.reason();
    }

    /**
     * The specification, for comparison.
     *
     * @return the scalar kernels
     */
    public static MemoryKernels scalar() {
        return SCALAR;
    }

    /**
     * The choice as a function of what it depends on.
     *
     * @param wanted value of {@value #PROPERTY}
     * @param modulePresent whether the Vector API is in the boot layer
     * @param vmInfo system property {@code java.vm.info}, in which HotSpot says how it compiles
     */
    static Choice choose(@Nullable String wanted, boolean modulePresent, String vmInfo) {
        return switch (wanted) {
            case null -> fastest(modulePresent, vmInfo);
            case "scalar" -> scalarBecause("-D" + PROPERTY + "=scalar asks for it");
            case "vector" ->
                modulePresent
                        ? vectorBecause("-D" + PROPERTY + "=vector asks for it")
                        : scalarBecause("-D" + PROPERTY + "=vector needs --add-modules " + MODULE + " too");
            default -> ignoring(wanted, fastest(modulePresent, vmInfo));
        };
    }

    private static Choice fastest(boolean modulePresent, String vmInfo) {
        if (!modulePresent) {
            return scalarBecause("the Vector API is not enabled: pass --add-modules " + MODULE);
        }
        // Without C2 every vector is an object on the heap: hundreds of times slower than a word at a time.
        if (vmInfo.contains("interpreted")) {
            return scalarBecause("the JVM only interprets: do not pass -Xint");
        }
        if (vmInfo.contains("emulated-client")) {
            return scalarBecause("the C2 compiler is off: do not pass -XX:TieredStopAtLevel");
        }
        int widthBits = VectorKernels.widthBits();
        return widthBits < WIDTH_BITS_MIN
                ? scalarBecause("the JVM offers vectors of " + widthBits + " bit only (-XX:UseAVX, -XX:UseSSE or"
                        + " -XX:MaxVectorSize may have limited them)")
                : vectorBecause("the widest that the JVM prefers on this processor");
    }

    private static Choice ignoring(String wanted, Choice choice) {
        String complaint = "; -D" + PROPERTY + "=" + wanted + " is ignored: it can be scalar or vector";
        return new Choice(choice.kernels(), choice.reason() + complaint);
    }

    private static Choice scalarBecause(String reason) {
        return new Choice(SCALAR, reason);
    }

    private static Choice vectorBecause(String reason) {
        return new Choice(new VectorKernels(), reason);
    }
}
