package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompilerThreadsTest {
    /** Nothing gets as far as a test without them. */
    @Test
    void compilersOfThisProcessHaveUsedProcessorTime() {
        assertThat(CompilerThreads.cpuNanos()).isPositive();
    }
}
