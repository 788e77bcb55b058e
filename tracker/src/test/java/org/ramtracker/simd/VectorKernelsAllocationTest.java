package org.ramtracker.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** Vectors are objects until C2 has compiled the loop; from then on they must be registers only. */
final class VectorKernelsAllocationTest {
    private static final int PAGES = 512;
    private static final long WARM_UP_NANOS_MAX = 30_000_000_000L;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MemoryKernels vector = new VectorKernels();

    @Test
    void onceCompiledNothingAllocates() {
        assumeTrue(Kernels.chosen() instanceof VectorKernels, Kernels.reason());
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(PAGES * 4096L, 4096);
            assertAllocatesNothing(memory, this::zeroPages);
            assertAllocatesNothing(memory, this::uniformPages);
            assertAllocatesNothing(memory, zero -> vector.firstNonZeroWord(zero, 1, PAGES * 512));
            memory.fill((byte) -1);
            assertAllocatesNothing(memory, full -> vector.firstNonFullWord(full, 1, PAGES * 512));
        }
    }

    private long zeroPages(MemorySegment memory) {
        long pages = 0;
        for (long page = 0; page < PAGES; page++) {
            pages += vector.isZero(memory, page * 4096, 4096) ? 1 : 0;
        }
        return pages;
    }

    private long uniformPages(MemorySegment memory) {
        long pages = 0;
        for (long page = 0; page < PAGES; page++) {
            pages += vector.uniformByte(memory, page * 4096, 4096) == 0 ? 1 : 0;
        }
        return pages;
    }

    /** A scan of 512 pages that boxed one vector in each would allocate 16 KiB; the measurement itself takes some bytes. */
    private void assertAllocatesNothing(MemorySegment memory, ToLongFunction<MemorySegment> scan) {
        long deadline = System.nanoTime() + WARM_UP_NANOS_MAX;
        long allocatedBytes;
        do {
            allocatedBytes = allocatedBytesBy(memory, scan);
        } while (allocatedBytes > 1024 && System.nanoTime() - deadline < 0);
        assertThat(allocatedBytes).isLessThanOrEqualTo(1024);
    }

    private long allocatedBytesBy(MemorySegment memory, ToLongFunction<MemorySegment> scan) {
        long before = threads.getCurrentThreadAllocatedBytes();
        long answer = scan.applyAsLong(memory);
        long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(answer).isPositive();
        return allocatedBytes;
    }
}
