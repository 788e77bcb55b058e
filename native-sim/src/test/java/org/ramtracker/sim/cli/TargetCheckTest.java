package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class TargetCheckTest {
    @Test
    void refusedConnectionAsksForTheReceiver() {
        IOException refused = new IOException(
                "cannot connect to tcp:h:1: Connection refused", new ConnectException("Connection refused"));

        assertThat(TargetCheck.reason(refused))
                .isEqualTo("cannot connect to tcp:h:1: Connection refused; is 'ramtracker receive' running there?");
        assertThat(TargetCheck.reason(new IOException("no route"))).isEqualTo("no route");
    }
}
