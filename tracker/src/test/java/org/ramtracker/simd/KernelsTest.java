package org.ramtracker.simd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KernelsTest {
    private static final String C2 = "mixed mode, sharing";
    private static final boolean PRESENT = true;

    @Test
    void theVectorKernelsRunWhereTheModuleAndC2Are() {
        assertThat(Kernels.choose(null, PRESENT, C2).kernels()).isInstanceOf(VectorKernels.class);
    }

    @Test
    void withoutTheModuleTheScalarKernelsRunAndTheReasonNamesTheFlag() {
        assertScalar(Kernels.choose(null, !PRESENT, C2), "--add-modules jdk.incubator.vector");
    }

    @Test
    void anInterpreterGetsTheScalarKernels() {
        assertScalar(Kernels.choose(null, PRESENT, "interpreted mode, sharing"), "-Xint");
    }

    @Test
    void withoutC2TheScalarKernelsRun() {
        assertScalar(Kernels.choose(null, PRESENT, "mixed mode, emulated-client, sharing"), "-XX:TieredStopAtLevel");
    }

    @Test
    void scalarCanBeAskedFor() {
        assertScalar(Kernels.choose("scalar", PRESENT, C2), "-Dramtracker.simd=scalar asks for it");
    }

    @Test
    void vectorCanBeAskedForWhereItIsSlow() {
        var choice = Kernels.choose("vector", PRESENT, "interpreted mode");
        assertThat(choice.kernels()).isInstanceOf(VectorKernels.class);
        assertThat(choice.reason()).contains("asks for it");
    }

    @Test
    void vectorCannotBeAskedForWithoutTheModule() {
        assertScalar(Kernels.choose("vector", !PRESENT, C2), "needs --add-modules jdk.incubator.vector");
    }

    @Test
    void aMisspeltWishIsIgnoredAndSaysWhatItCouldBe() {
        var choice = Kernels.choose("avx", PRESENT, C2);
        assertThat(choice.kernels()).isInstanceOf(VectorKernels.class);
        assertThat(choice.reason()).contains("-Dramtracker.simd=avx is ignored: it can be scalar or vector");
    }

    @Test
    void theChoiceIsMadeOnce() {
        assertThat(Kernels.chosen()).isSameAs(Kernels.chosen());
        assertThat(Kernels.scalar().description()).isEqualTo("scalar");
    }

    private static void assertScalar(Kernels.Choice choice, String reason) {
        assertThat(choice.kernels()).isSameAs(Kernels.scalar());
        assertThat(choice.reason()).contains(reason);
    }
}
