package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.migrate.MigrationParameter.PAUSE_BEFORE_SWITCHOVER;
import static org.ramtracker.migrate.MigrationStatus.ACTIVE;
import static org.ramtracker.migrate.MigrationStatus.CANCELLED;
import static org.ramtracker.migrate.MigrationStatus.CANCELLING;
import static org.ramtracker.migrate.MigrationStatus.COMPLETED;
import static org.ramtracker.migrate.MigrationStatus.DEVICE;
import static org.ramtracker.migrate.MigrationStatus.PRE_SWITCHOVER;
import static org.ramtracker.migrate.MigrationStatus.SETUP;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The capability {@code pause-before-switchover}: 2500 pages, 25 ms, remain when the guest is paused at 1550 ms. */
class PreSwitchoverTest {
    private static final long MS = 1_000_000;

    private VirtualWorld world;
    private PrecopyAgent agent;

    @BeforeEach
    void driveUntilHeld() throws IOException {
        world = new VirtualWorld(80_000);
        world.nanosPerDirtyPage = 20_000;
        agent = world.agent()
                .parameters(MigrationParameters.of(0, 30 * MS).with(PAUSE_BEFORE_SWITCHOVER, true))
                .build();
        agent.control().continueSwitchover(); // too early: nothing to continue yet
        world.drive(agent, 2_000 * MS);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void pausedGuestWaitsToBeContinuedAndTheWaitIsNoFixedCost() {
        assertThat(world.isPaused()).isTrue();
        assertThat(agent.stats().status()).isEqualTo(PRE_SWITCHOVER);
        agent.control().continueSwitchover();
        world.drive(agent);
        assertThat(world.statuses()).containsExactly(SETUP, ACTIVE, PRE_SWITCHOVER, DEVICE, COMPLETED);
        MigrationOutcome outcome = agent.outcome().orElseThrow();
        Switchover switchover = outcome.switchover().orElseThrow();
        assertThat(switchover.heldNanos()).isEqualTo(450 * MS);
        assertThat(switchover.expectedDowntimeNanos()).isEqualTo(25 * MS);
        assertThat(switchover.downtimeNanos()).isEqualTo(475 * MS);
        assertThat(outcome.switchoverCost()).isEqualTo(new SwitchoverCost(0, 1));
    }

    @Test
    void cancelLetsTheGuestGoOn() {
        agent.control().cancel();
        world.drive(agent);
        assertThat(world.statuses()).containsExactly(SETUP, ACTIVE, PRE_SWITCHOVER, CANCELLING, CANCELLED);
        assertThat(world.isPaused()).isFalse();
    }

    @Test
    void turningTheCapabilityOffContinues() {
        agent.control().set(PAUSE_BEFORE_SWITCHOVER, 0);
        world.drive(agent);
        assertThat(agent.stats().status()).isEqualTo(COMPLETED);
    }
}
