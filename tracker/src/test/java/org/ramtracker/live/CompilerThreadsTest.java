package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CompilerThreadsTest {
    private static final int ROUNDS_MAX = 20;

    /** A round may have nothing left to compile: what the process has run before is compiled already. */
    @Test
    void compilersOfThisProcessUseProcessorTimeWhichNeverFalls() throws Exception {
        CompilerThreads compilers = new CompilerThreads();
        long nanos = 0;
        for (int round = 0; round < ROUNDS_MAX && nanos == 0; round++) {
            WarmUp.run(0, Duration.ZERO);
            long more = compilers.nanosSinceLast();
            assertThat(more).isNotNegative();
            nanos += more;
        }
        assertThat(nanos).isPositive();
    }
}
