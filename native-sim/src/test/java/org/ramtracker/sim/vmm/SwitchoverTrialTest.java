package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.ramtracker.migrate.ConvergenceRule;
import org.ramtracker.migrate.Switchover;

class SwitchoverTrialTest {
    private static final long MS = 1_000_000;
    private static final long FIXED_NANOS = 2 * MS;

    @Test
    void rateOfTheRestIsTheMedianOfWhatWasLeft() throws IOException {
        // In 1 ms beyond the fixed cost each.
        assertThat(SwitchoverTrial.restBytesPerSecond(thatLeft(60, 10, 30, 50, 40), FIXED_NANOS))
                .isEqualTo((40L << 20) * 1_000);
    }

    @Test
    void guestsThatLeftNextToNothingSayNothingAboutTheRate() throws IOException {
        assertThat(SwitchoverTrial.restBytesPerSecond(thatLeft(0, 50, 1, 30, 40), FIXED_NANOS))
                .isEqualTo((40L << 20) * 1_000);
    }

    @Test
    void tooFewThatLeftSomethingFailTheCalibration() {
        assertThatThrownBy(() -> SwitchoverTrial.restBytesPerSecond(thatLeft(0, 50, 1, 30, 0), FIXED_NANOS))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("calibrating: 2 of 5 guests left enough to send");
    }

    private static List<Switchover> thatLeft(long... remainingMib) {
        return LongStream.of(remainingMib)
                .mapToObj(mib ->
                        new Switchover(ConvergenceRule.DOWNTIME_LIMIT, 0, mib << 20, 0, 0, 0, 0, FIXED_NANOS + MS, 0))
                .toList();
    }
}
