package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What the engine leaves for the garbage collector while it copies. */
class PrecopyAllocationTest {
    private static final int SLICES = 4_000;

    /** Code that is not compiled yet allocates where compiled code does not: the least of so many rounds counts. */
    private static final int ROUNDS_MAX = 30;

    /** What a judgement is made of, by value: 25 figures, the moment that the rules see, and the decision. */
    private static final long BYTES_PER_SLICE_MAX = 384;

    @Test
    void sliceAllocatesNothingButOneJudgementsValues() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (VirtualWorld world = new VirtualWorld(80_000)) {
            world.nanosPerDirtyPage = 5_000; // twice as fast as the link: it never ends
            PrecopyAgent agent = world.agent()
                    .parameters(MigrationParameters.of(0, 0))
                    .listener(MigrationListener.NONE)
                    .build();
            long bytesPerSlice = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS_MAX && bytesPerSlice > BYTES_PER_SLICE_MAX; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                slices(world, agent);
                bytesPerSlice = (threads.getCurrentThreadAllocatedBytes() - before) / SLICES;
            }
            assertThat(agent.stats().status()).isEqualTo(MigrationStatus.ACTIVE);
            assertThat(bytesPerSlice).isLessThanOrEqualTo(BYTES_PER_SLICE_MAX);
        }
    }

    private static void slices(VirtualWorld world, PrecopyAgent agent) {
        for (int i = 0; i < SLICES; i++) {
            world.slice(agent);
        }
    }
}
