package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.ramtracker.live.Compression;
import org.ramtracker.migrate.SwitchoverCost;

class RehearsalTest {
    /** Of a guest that leaves a page or two there is no rate worth dividing by, and the cost is known all the same. */
    @Test
    void costOfASwitchoverIsKnownHoweverLittleWasLeftToSend() throws Exception {
        for (int channels : new int[] {0, 2}) {
            SwitchoverCost cost = Rehearsal.run(new TransferSpec(0, channels, Compression.NONE));
            assertThat(cost.isKnown()).isTrue();
            // Several threads hand over to each other, over sockets.
            assertThat(cost.nanos()).isBetween(TimeUnit.MICROSECONDS.toNanos(100), TimeUnit.SECONDS.toNanos(5));
        }
    }
}
