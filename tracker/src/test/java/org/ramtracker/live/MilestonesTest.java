package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MilestonesTest {
    private final Milestones milestones = new Milestones();

    @Test
    void areReachedInOrderWhateverTheirNumber() throws IOException {
        for (int bytes = 1; bytes <= 10_000; bytes++) {
            int value = milestones.set(bytes);
            assertThat(milestones.allReached()).isFalse();
            milestones.reached(value);
            assertThat(milestones.arrivedBytes()).isEqualTo(bytes);
            assertThat(milestones.allReached()).isTrue();
        }
    }

    @Test
    void waitForNoMoreThanTheyCanRemember() throws IOException {
        int first = milestones.set(1);
        int bytes = 1;
        while (milestones.hasRoom()) {
            bytes++;
            int ignored = milestones.set(bytes);
        }
        assertThat(bytes).isEqualTo(256);
        assertThat(milestones.lastBytes()).isEqualTo(bytes);
        milestones.reached(first);
        assertThat(milestones.hasRoom()).isTrue();
        assertThat(milestones.arrivedBytes()).isEqualTo(1);
    }

    @Test
    void answerOutOfTurnIsRefusedAndChangesNothing() {
        assertThatThrownBy(() -> milestones.reached(3)).hasMessageContaining("PONG 3, for which there was no PING");
        int value = milestones.set(5);
        assertThatThrownBy(() -> milestones.reached(value + 1)).hasMessageContaining("PONG 4 instead of 3");
        assertThat(milestones.arrivedBytes()).isZero();
    }
}
