package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ramtracker.migrate.MigrationParameter.AUTO_CONVERGE;
import static org.ramtracker.migrate.MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH;
import static org.ramtracker.migrate.MigrationParameter.CONVERGENCE_TIMEOUT;
import static org.ramtracker.migrate.MigrationParameter.CONVERGENCE_TIMEOUT_MAX_DOWNTIME;
import static org.ramtracker.migrate.MigrationParameter.DOWNTIME_LIMIT;
import static org.ramtracker.migrate.MigrationParameter.MAX_BANDWIDTH;
import static org.ramtracker.migrate.MigrationParameter.MAX_ITERATIONS;
import static org.ramtracker.migrate.MigrationParameter.MAX_TOTAL_TIME;
import static org.ramtracker.migrate.MigrationParameter.MAX_TOTAL_TIME_ACTION;
import static org.ramtracker.migrate.MigrationParameter.MAX_TRANSFER_FACTOR;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Each rule in the real engine, against arithmetic. As in {@link PrecopyVirtualTimeTest} B is 100,000 pages/s, a slice sends 5000
 * pages in 50 ms, and a pass over the guest's 80,000 pages takes 800 ms. Unless told otherwise the guest dirties 1.25 B, so
 * that after each pass all of its pages are dirty again and R/B is 800 ms: it never fits 30 ms.
 */
class ConvergenceVirtualTimeTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;
    private static final long PAGES = 80_000;
    private static final long B = 409_600_000;
    private static final long FASTER_THAN_THE_LINK = 8_000;
    private static final long HALF_OF_THE_LINK = 20_000;

    @Test
    void withoutARuleItIsStillActiveAfterAMinute() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent = agent(world, limit30());
            world.drive(agent, 60 * SECOND);
            assertThat(agent.stats().status()).isEqualTo(MigrationStatus.ACTIVE);
            assertThat(world.limits()).isEqualTo(Map.of(0L, 30 * MS));
            assertThat(world.throttles()).isEmpty();
        }
    }

    @Test
    void maxIterationsStopsTheGuestAfterTenPassesAndSaysWhatItCosts() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent = agent(world, limit30().with(MAX_ITERATIONS, 10));
            world.drive(agent);
            Switchover switchover = switchover(agent);
            assertThat(switchover.rule()).isEqualTo(ConvergenceRule.MAX_ITERATIONS);
            assertThat(switchover.elapsedNanos()).isEqualTo(10 * 800 * MS);
            assertThat(switchover.expectedDowntimeNanos()).isEqualTo(800 * MS);
            assertThat(switchover.downtimeLimitNanos()).isEqualTo(30 * MS);
            assertThat(switchover.breaksLimit()).isTrue();
            assertThat(switchover.downtimeNanos()).isEqualTo(800 * MS);
            assertThat(agent.stats().elapsedNanos()).isEqualTo(8_800 * MS);
        }
    }

    @Test
    void maxTransferFactorStopsTheGuestInTheMiddleOfAPass() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent = agent(world, limit30().with(MAX_TRANSFER_FACTOR, 3));
            world.drive(agent);
            // After 3 passes, at 2400 ms, 3 x RAM were sent, which is not more than that; one slice later it is.
            Switchover switchover = switchover(agent);
            assertThat(switchover.rule()).isEqualTo(ConvergenceRule.MAX_TRANSFER_FACTOR);
            assertThat(switchover.elapsedNanos()).isEqualTo(2_450 * MS);
            assertThat(switchover.expectedDowntimeNanos()).isEqualTo(800 * MS);
            assertThat(switchover.downtimeNanos()).isEqualTo(800 * MS);
        }
    }

    @Test
    void convergenceTimeoutDoublesTheLimitUntilTheRestFits() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent = agent(world, limit30().with(CONVERGENCE_TIMEOUT, SECOND));
            world.drive(agent);
            // 800 ms fit 960 ms and not 480 ms.
            assertThat(world.limits())
                    .isEqualTo(Map.of(
                            0L,
                            30 * MS,
                            SECOND,
                            60 * MS,
                            2 * SECOND,
                            120 * MS,
                            3 * SECOND,
                            240 * MS,
                            4 * SECOND,
                            480 * MS,
                            5 * SECOND,
                            960 * MS));
            Switchover switchover = switchover(agent);
            assertThat(switchover.rule()).isEqualTo(ConvergenceRule.CONVERGENCE_TIMEOUT);
            assertThat(switchover.elapsedNanos()).isEqualTo(5 * SECOND);
            assertThat(switchover.expectedDowntimeNanos()).isBetween(480 * MS + 1, 800 * MS);
            assertThat(switchover.downtimeNanos()).isEqualTo(switchover.expectedDowntimeNanos());
            assertThat(agent.stats().downtimeLimitNanos()).isEqualTo(960 * MS);
        }
    }

    @Test
    void ceilingKeepsTheDowntimeDownAndTheMigrationFromEnding() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent = agent(
                    world,
                    limit30().with(CONVERGENCE_TIMEOUT, SECOND).with(CONVERGENCE_TIMEOUT_MAX_DOWNTIME, 100 * MS));
            world.drive(agent, 60 * SECOND);
            assertThat(agent.stats().status()).isEqualTo(MigrationStatus.ACTIVE);
            assertThat(world.limits()).isEqualTo(Map.of(0L, 30 * MS, SECOND, 60 * MS, 2 * SECOND, 100 * MS));
        }
    }

    @Test
    void timeoutAndLimitChangedWhileRunningTakeEffectAtOnce() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent = agent(world, limit30());
            world.drive(agent, 3_500 * MS);
            agent.control().set(CONVERGENCE_TIMEOUT, SECOND);
            world.slice(agent);
            assertThat(agent.stats().downtimeLimitNanos()).isEqualTo(240 * MS);
            agent.control().set(CONVERGENCE_TIMEOUT, 2 * SECOND);
            world.slice(agent);
            assertThat(agent.stats().downtimeLimitNanos()).isEqualTo(60 * MS);
            agent.control().set(DOWNTIME_LIMIT, 50 * MS);
            world.slice(agent);
            assertThat(agent.stats().downtimeLimitNanos()).isEqualTo(100 * MS);
            agent.control().set(CONVERGENCE_TIMEOUT, 0);
            world.slice(agent);
            assertThat(agent.stats().downtimeLimitNanos()).isEqualTo(50 * MS);
        }
    }

    @Test
    void autoConvergeThrottlesTheGuestUntilItFitsAndLiftsTheThrottle() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent = agent(world, limit30().with(AUTO_CONVERGE, true));
            world.drive(agent);
            // Periods end with every second pass, all of them high: at 1.6 s, 3.2 s (20 %: D = B), 4.8 s, 6.4 s (30 %:
            // D = 0.875 B, passes shrink), and so on until D is small enough for the rest to fit.
            assertThat(List.copyOf(world.throttles().entrySet()).subList(0, 2))
                    .containsExactly(Map.entry(3_200 * MS, 20), Map.entry(6_400 * MS, 30));
            assertThat(List.copyOf(world.throttles().values())).endsWith(0).doesNotHaveDuplicates();
            assertThat(world.throttlePercent()).isZero();
            Switchover switchover = switchover(agent);
            assertThat(switchover.rule()).isEqualTo(ConvergenceRule.DOWNTIME_LIMIT);
            assertThat(switchover.downtimeNanos()).isLessThanOrEqualTo(30 * MS);
        }
    }

    @Test
    void throttledGuestsLogIsSyncedEveryFiveSecondsWherePassesAreLonger() throws IOException {
        try (VirtualWorld world = world(80_000)) {
            world.linkNanosPerPage = 100_000; // a pass takes 8 s
            PrecopyAgent agent = agent(world, limit30().with(AUTO_CONVERGE, true));
            world.drive(agent, 27 * SECOND);
            // The second pass ends at 16 s with the second high period: 20 %. From then on a sync at least every 5 s.
            assertThat(world.throttles()).isEqualTo(Map.of(16 * SECOND, 20, 26 * SECOND, 30));
            assertThat(world.passStarts()).containsExactly(0L, 8 * SECOND, 16 * SECOND, 21 * SECOND, 26 * SECOND);
        }
    }

    @Test
    void deadlineCancelsInTheMiddleOfAPassAndTheGuestRunsOnAtFullSpeed() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent =
                    agent(world, limit30().with(AUTO_CONVERGE, true).with(MAX_TOTAL_TIME, 3_333 * MS));
            world.drive(agent);
            MigrationOutcome outcome = agent.outcome().orElseThrow();
            assertThat(outcome.status()).isEqualTo(MigrationStatus.CANCELLED);
            assertThat(outcome.message()).startsWith("max-total-time of 3333 ms has passed");
            assertThat(agent.stats().elapsedNanos()).isEqualTo(3_350 * MS); // the first slice after it
            assertThat(world.throttles().values()).containsExactly(20, 0);
            assertThat(world.isPaused()).isFalse();
        }
    }

    @Test
    void deadlineIsSeenWhileTheRateLimitLetsNothingThrough() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent =
                    agent(world, limit30().with(MAX_BANDWIDTH, B / 2).with(MAX_TOTAL_TIME, 1_070 * MS));
            world.drive(agent);
            assertThat(agent.outcome().orElseThrow().status()).isEqualTo(MigrationStatus.CANCELLED);
            assertThat(agent.stats().elapsedNanos()).isBetween(1_070 * MS, 1_080 * MS);
        }
    }

    @Test
    void deadlineCanStopTheGuestInstead() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent = agent(
                    world,
                    limit30()
                            .with(MAX_TOTAL_TIME, 3_333 * MS)
                            .with(MAX_TOTAL_TIME_ACTION, MaxTotalTimeAction.SWITCH_OVER.value()));
            world.drive(agent);
            Switchover switchover = switchover(agent);
            assertThat(switchover.rule()).isEqualTo(ConvergenceRule.MAX_TOTAL_TIME);
            assertThat(switchover.elapsedNanos()).isEqualTo(3_350 * MS);
            assertThat(switchover.breaksLimit()).isTrue();
            assertThat(switchover.downtimeNanos()).isEqualTo(switchover.expectedDowntimeNanos());
        }
    }

    @Test
    void deadlineLeavesASwitchoverThatHasBegunAlone() throws IOException {
        try (VirtualWorld world = world(HALF_OF_THE_LINK)) {
            world.loadNanos = 10 * SECOND;
            PrecopyAgent agent = agent(world, limit30().with(MAX_TOTAL_TIME, 2 * SECOND));
            world.drive(agent);
            assertThat(agent.outcome().orElseThrow().status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(agent.stats().elapsedNanos()).isEqualTo(11_575 * MS);
        }
    }

    @Test
    void operatorsBandwidthDecidesAndTheReportShowsHowWrongItWas() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent = agent(world, limit30().with(AVAIL_SWITCHOVER_BANDWIDTH, 40 * B));
            world.drive(agent);
            Switchover switchover = switchover(agent);
            assertThat(switchover.expectedDowntimeNanos()).isLessThanOrEqualTo(20 * MS);
            assertThat(switchover.bytesPerSecond()).isEqualTo(40 * B);
            assertThat(switchover.downtimeNanos()).isEqualTo(40 * switchover.expectedDowntimeNanos());
        }
    }

    @Test
    void fixedCostIsLearnedFromASwitchoverAndCountedInTheNext() throws IOException {
        SwitchoverCost learned;
        try (VirtualWorld world = world(HALF_OF_THE_LINK)) {
            makeSwitchoversSlow(world);
            PrecopyAgent agent = agent(world, limit30());
            world.drive(agent);
            // Expected: 2500 pages. Actual: 3 ms to pause, in which 150 more are dirtied, and 20 ms to load.
            assertThat(switchover(agent).expectedDowntimeNanos()).isEqualTo(25 * MS);
            assertThat(switchover(agent).downtimeNanos()).isEqualTo(49_500_000);
            learned = agent.outcome().orElseThrow().switchoverCost();
            assertThat(learned).isEqualTo(new SwitchoverCost(23 * MS, 1));
        }
        try (VirtualWorld world = world(HALF_OF_THE_LINK)) {
            makeSwitchoversSlow(world);
            PrecopyAgent agent =
                    world.agent().parameters(limit30()).switchoverCost(learned).build();
            world.drive(agent);
            // Two more passes, until 625 pages and 23 ms fit 30 ms; only the 150 pages come on top.
            assertThat(switchover(agent).expectedDowntimeNanos()).isEqualTo(29_250_000);
            assertThat(switchover(agent).downtimeNanos()).isEqualTo(30_750_000);
        }
    }

    private static void makeSwitchoversSlow(VirtualWorld world) {
        world.pauseNanos = 3 * MS;
        world.loadNanos = 20 * MS;
    }

    @Test
    void beforeTheFirstSwitchoverTheLastSyncIsTheFixedCost() throws IOException {
        try (VirtualWorld world = world(HALF_OF_THE_LINK)) {
            world.syncNanos = 20 * MS;
            PrecopyAgent agent = agent(world, MigrationParameters.of(0, 60 * MS));
            world.drive(agent);
            Switchover switchover = switchover(agent);
            assertThat(switchover.costNanos()).isEqualTo(20 * MS);
            assertThat(switchover.expectedDowntimeNanos()).isLessThanOrEqualTo(60 * MS);
            // What comes on top was dirtied during the sync before the pause: 1000 pages in 20 ms.
            assertThat(switchover.downtimeNanos()).isEqualTo(switchover.expectedDowntimeNanos() + 10 * MS);
        }
    }

    @Test
    void guestThatDirtiesNothingIsMovedThoughTheFixedCostAloneBreaksTheLimit() throws IOException {
        try (VirtualWorld world = world(VirtualWorld.NEVER)) {
            PrecopyAgent agent = world.agent()
                    .parameters(limit30())
                    .switchoverCost(new SwitchoverCost(40 * MS, 1))
                    .build();
            world.drive(agent);
            assertThat(agent.stats().dirtySyncCount()).isEqualTo(3);
            assertThat(switchover(agent).expectedDowntimeNanos()).isEqualTo(40 * MS);
            assertThat(switchover(agent).breaksLimit()).isTrue();
        }
    }

    @Test
    void passesThatComeToNothingDoNotBecomeABusyLoopOfSyncs() throws IOException {
        try (VirtualWorld world = world(MS)) { // a page in a millisecond, so each sync finds one or two
            world.syncNanos = 2 * MS;
            PrecopyAgent agent = world.agent()
                    .parameters(limit30())
                    .switchoverCost(new SwitchoverCost(40 * MS, 1))
                    .build();
            world.drive(agent, 10 * SECOND);
            assertThat(agent.stats().status()).isEqualTo(MigrationStatus.ACTIVE);
            assertThat(agent.stats().dirtySyncCount()).isBetween(100L, 1_000L);
            agent.control().set(DOWNTIME_LIMIT, 45 * MS);
            world.drive(agent);
            assertThat(agent.stats().elapsedNanos()).isLessThan(10 * SECOND + 100 * MS);
        }
    }

    @Test
    void earlySyncInVainIsNotPutOffForMoreThanFiveSeconds() throws IOException {
        try (VirtualWorld world = world(HALF_OF_THE_LINK)) {
            world.nanosPerDirtyPage = 50_000;
            MigrationParameters slowButForTheSwitchover =
                    MigrationParameters.of(B / 10, 400 * MS).with(AVAIL_SWITCHOVER_BANDWIDTH, B);
            PrecopyAgent agent = agent(world, slowButForTheSwitchover);
            // 40,000 of 80,000 pages fit, at 4 s; but by then all of them are dirty again.
            world.drive(agent, 4_200 * MS);
            assertThat(agent.stats().dirtySyncCount()).isEqualTo(2);
            world.stopGuest(); // from 8 s on the rest fits
            world.drive(agent);
            assertThat(switchover(agent).elapsedNanos()).isBetween(8_900 * MS, 9_100 * MS);
        }
    }

    @Test
    void managersStopForcesConvergenceAndTheGuestStaysStopped() throws IOException {
        try (VirtualWorld world = world(FASTER_THAN_THE_LINK)) {
            PrecopyAgent agent = agent(world, limit30());
            world.drive(agent, 5 * SECOND);
            world.stopGuest();
            world.drive(agent);
            // The pass of 5 s is sent to its end, what it found at its beginning included: two passes at most.
            assertThat(agent.outcome().orElseThrow().status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(agent.stats().elapsedNanos()).isLessThanOrEqualTo(5 * SECOND + 2 * 800 * MS);
            assertThat(switchover(agent).breaksLimit()).isFalse();
            assertThat(world.isRunning()).isFalse();
        }
    }

    private static VirtualWorld world(long nanosPerDirtyPage) throws IOException {
        VirtualWorld world = new VirtualWorld(PAGES);
        world.nanosPerDirtyPage = nanosPerDirtyPage;
        return world;
    }

    private static MigrationParameters limit30() {
        return MigrationParameters.of(0, 30 * MS);
    }

    private static PrecopyAgent agent(VirtualWorld world, MigrationParameters parameters) {
        return world.agent().parameters(parameters).build();
    }

    private static Switchover switchover(PrecopyAgent agent) {
        return agent.outcome().orElseThrow().switchover().orElseThrow();
    }
}
