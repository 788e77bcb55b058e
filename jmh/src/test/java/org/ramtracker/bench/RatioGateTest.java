package org.ramtracker.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The gate catches a loop that has become slow, and only that. */
class RatioGateTest {
    private static final long[] WORDS = new long[1 << 16];

    private static long read(int times) {
        long seen = 0;
        for (int i = 0; i < times; i++) {
            for (int at = 0; at < WORDS.length; at++) {
                seen = seen * 31 + WORDS[at];
            }
        }
        return seen;
    }

    private static RatioGate.Pair pair(int subjectTimes) {
        return new RatioGate.Pair("a loop", 0.5, () -> read(10), () -> read(subjectTimes));
    }

    @Test
    void loopThatHasBecomeFourTimesSlowerIsCaught() throws IOException {
        RatioGate.Verdict verdict = RatioGate.judge(pair(40));
        assertThat(verdict.isGood()).as("%s", verdict).isFalse();
    }

    @Test
    void loopThatIsAsFastAsItsLimitIsAccepted() throws IOException {
        RatioGate.Verdict verdict = RatioGate.judge(pair(10));
        assertThat(verdict.isGood()).as("%s", verdict).isTrue();
    }
}
