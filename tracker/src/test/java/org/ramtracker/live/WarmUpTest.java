package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmUpTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void warmingUpMovesAGuestAndLeavesNoThreadBehind(int channels) throws Exception {
        WarmUp.run(channels, Duration.ZERO);

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(Thread::isAlive)
                .extracting(Thread::getName)
                .noneMatch(name -> name.matches("ramtracker-(channel|incoming|populate).*"));
    }
}
