package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.MigrationOutcome.GuestAt;

/**
 * The engine against arithmetic. A page takes 10 us on the link, so B = 4096 bytes / 10 us = 409,600,000 bytes/s or 100,000
 * pages/s, and a slice of 50 ms sends 5000 pages. The guest has 80,000 pages: its first pass takes 800 ms.
 */
class PrecopyVirtualTimeTest {
    private static final long MS = 1_000_000;
    private static final long GUEST_PAGES = 80_000;
    private static final long LINK_BYTES_PER_SECOND = 409_600_000;
    private static final long UNLIMITED = 0;

    @Test
    void guestThatDirtiesHalfOfTheLinkHalvesEachPass() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.nanosPerDirtyPage = 20_000; // D = 50,000 pages/s = B/2
            PrecopyAgent agent = agent(world, UNLIMITED, 30 * MS);
            world.drive(agent);

            // Pages sent: 80,000, 40,000, 20,000, 10,000, 5,000; then 2,500 remain: 25 ms <= 30 ms.
            // Pass starts: 0, 800, +400, +200, +100, +50 ms; the last sync follows the pause at once and finds nothing.
            assertThat(world.passStarts()).isEqualTo(millis(0, 800, 1200, 1400, 1500, 1550, 1550));
            MigrationStats stats = agent.stats();
            assertThat(stats.status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(stats.dirtySyncCount()).isEqualTo(7);
            assertThat(stats.expectedDowntimeNanos()).isEqualTo(25 * MS);
            assertThat(stats.downtimeNanos()).isEqualTo(25 * MS);
            assertThat(stats.elapsedNanos()).isEqualTo(1575 * MS);
            assertThat(stats.normalPages()).isEqualTo(157_500);
            assertThat(stats.transferredBytes()).isEqualTo(157_500 * 4096);
            assertThat(stats.remainingBytes()).isZero();
            assertThat(stats.wireBytesPerSecond()).isEqualTo(LINK_BYTES_PER_SECOND);
            // The first period longer than 1 s ends with the sync at 1200 ms: 60,000 pages. The next never ends.
            assertThat(stats.dirtyPagesPerSecond()).isEqualTo(50_000);
        }
    }

    @Test
    void guestThatDirtiesNothingIsSentOnce() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            PrecopyAgent agent = agent(world, UNLIMITED, 30 * MS);
            world.drive(agent);

            assertThat(world.passStarts()).isEqualTo(millis(0, 800, 800));
            assertThat(agent.stats().elapsedNanos()).isEqualTo(800 * MS);
            assertThat(agent.stats().downtimeNanos()).isZero();
            assertThat(agent.stats().normalPages()).isEqualTo(GUEST_PAGES);
            assertThat(agent.outcome().orElseThrow().guestAt()).isEqualTo(GuestAt.DESTINATION);
        }
    }

    @Test
    void whatIsStillOnItsWayCountsAsDowntimeToCome() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.bufferNanos = 120 * MS; // the sink is so far ahead of the link when nothing is dirty any more
            PrecopyAgent agent = agent(world, UNLIMITED, 30 * MS);
            world.drive(agent);

            assertThat(agent.outcome().orElseThrow().status()).isEqualTo(MigrationStatus.COMPLETED);
            MigrationStats stats = agent.stats();
            assertThat(stats.downtimeNanos()).isBetween(1L, 30 * MS);
            assertThat(stats.expectedDowntimeNanos()).isBetween(stats.downtimeNanos(), 30 * MS);
            assertThat(stats.inFlightBytes()).isZero();
        }
    }

    @Test
    void switchoverWaitsForTheBufferAlsoWhileTheGuestIsBusy() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.nanosPerDirtyPage = 40_000;
            world.bufferNanos = 20 * MS;
            PrecopyAgent agent = agent(world, UNLIMITED, 50 * MS);
            world.drive(agent);

            MigrationStats stats = agent.stats();
            assertThat(stats.status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(stats.downtimeNanos()).isBetween(20 * MS, 50 * MS);
            assertThat(stats.expectedDowntimeNanos()).isBetween(stats.downtimeNanos(), 50 * MS);
        }
    }

    @Test
    void whatFillsTheBufferDoesNotMakeTheLinkLookFaster() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.bufferNanos = 100 * MS; // as much as the link carries in the first window
            PrecopyAgent agent = agent(world, UNLIMITED, 500 * MS);
            world.drive(agent);

            // The link is done after 800 ms, so at most 500 ms of downtime can begin after 300 ms.
            assertThat(world.passStarts().get(1)).isBetween(300 * MS, 350 * MS);
            assertThat(agent.stats().wireBytesPerSecond()).isEqualTo(LINK_BYTES_PER_SECOND);
            assertThat(agent.stats().downtimeNanos()).isBetween(450 * MS, 500 * MS);
        }
    }

    @Test
    void whatRefillsADrainedBufferDoesNotMakeTheLinkLookFaster() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.bufferNanos = 100 * MS; // 10,000 pages
            world.firstDuplicatePage = 30_000;
            world.endDuplicatePage = 50_000;
            world.duplicateScanNanosPerPage = 10_000;
            PrecopyAgent agent = agent(world, UNLIMITED, 150 * MS);
            world.drive(agent);

            // Page 30,000 is taken after 200 ms, duplicates until 400 ms; then 10,000 pages go into the empty buffer at
            // once,
            // and the link is done at 700 ms. So at most 150 ms of downtime can begin after 550 ms.
            assertThat(world.passStarts().get(1)).isBetween(550 * MS, 600 * MS);
            assertThat(agent.stats().wireBytesPerSecond()).isEqualTo(LINK_BYTES_PER_SECOND);
            assertThat(agent.stats().downtimeNanos()).isBetween(100 * MS, 150 * MS);
        }
    }

    @Test
    void guestIsNotStoppedForADestinationThatHasNotAnsweredYetWhateverBandwidthIsPromised() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.answeredNanos = 2000 * MS;
            PrecopyAgent agent = world.agent()
                    .parameters(MigrationParameters.of(UNLIMITED, 50 * MS)
                            .with(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, 1L << 40))
                    .build();
            world.drive(agent);
            assertThat(world.passStarts().get(1)).isBetween(2000 * MS, 2010 * MS);
            assertThat(agent.stats().status()).isEqualTo(MigrationStatus.COMPLETED);
        }
    }

    @Test
    void switchoverHappensWhereTheRestTakesExactlyTheLimit() throws IOException {
        // After 15 slices of 5000 pages 5000 remain: 50 ms at B.
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            PrecopyAgent agent = agent(world, UNLIMITED, 50 * MS);
            world.drive(agent);
            assertThat(world.passStarts()).isEqualTo(millis(0, 750, 750));
            assertThat(agent.stats().expectedDowntimeNanos()).isEqualTo(50 * MS);
            assertThat(agent.stats().downtimeNanos()).isEqualTo(50 * MS);
        }
    }

    @Test
    void switchoverDoesNotHappenOneNanosecondAboveTheLimit() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            PrecopyAgent agent = agent(world, UNLIMITED, 50 * MS - 1);
            world.drive(agent);
            assertThat(world.passStarts()).isEqualTo(millis(0, 800, 800));
            assertThat(agent.stats().downtimeNanos()).isZero();
        }
    }

    @Test
    void rateLimitHoldsWhileTheGuestRunsAndNotAfter() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            // Half of the link: 5000 pages in the first 50 ms of each 100 ms, then silence; B is measured as 204.8
            // MB/s.
            PrecopyAgent agent = agent(world, LINK_BYTES_PER_SECOND / 2, 100 * MS);
            world.drive(agent);

            // After the 15th burst, at 1400 + 50 ms, 5000 pages remain: 100 ms at the limited rate, 50 ms without
            // limit.
            assertThat(world.passStarts()).isEqualTo(millis(0, 1450, 1450));
            assertThat(agent.stats().wireBytesPerSecond()).isEqualTo(LINK_BYTES_PER_SECOND / 2);
            assertThat(agent.stats().expectedDowntimeNanos()).isEqualTo(100 * MS);
            assertThat(agent.stats().downtimeNanos()).isEqualTo(50 * MS);
            assertThat(agent.stats().elapsedNanos()).isEqualTo(1500 * MS);
        }
    }

    @Test
    void limitedBandwidthIsMeasuredAsWhatTheLimitIsHoweverLateTheAgentIsCalled() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.linkNanosPerPage = 1000;
            world.latenessNanos = new long[] {MS / 10, MS, 0, MS / 20, MS / 2, MS, 0, 0};
            PrecopyAgent agent = agent(world, LINK_BYTES_PER_SECOND / 2, 100 * MS);
            world.drive(agent);

            // 5000 pages in 100 ms, so at most 5000 may remain: a burst more or less would be 100 % off.
            assertThat(agent.stats().wireBytesPerSecond())
                    .isBetween(LINK_BYTES_PER_SECOND / 2 * 97 / 100, LINK_BYTES_PER_SECOND / 2);
            assertThat(agent.stats().normalPages()).isEqualTo(GUEST_PAGES);
            assertThat(world.passStarts().get(1)).isBetween(1400 * MS, 1510 * MS);
        }
    }

    @Test
    void maxBandwidthChangedWhileRunningTakesEffectInTheNextSlice() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            PrecopyAgent agent = agent(world, LINK_BYTES_PER_SECOND / 2, 0);
            world.drive(agent, 400 * MS);
            agent.control().set(MigrationParameter.MAX_BANDWIDTH, UNLIMITED);
            world.drive(agent);
            // 4 bursts of 5000 pages until 400 ms, then 60,000 pages at full speed.
            assertThat(agent.stats().elapsedNanos()).isEqualTo(1000 * MS);
        }
    }

    @Test
    void guestThatDirtiesAsFastAsTheLinkNeverEndsAndEveryPassIsAlike() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.nanosPerDirtyPage = 10_000; // D = B
            PrecopyAgent agent = agent(world, UNLIMITED, 30 * MS);
            world.drive(agent, 80_000 * MS);

            assertThat(agent.stats().status()).isEqualTo(MigrationStatus.ACTIVE);
            assertThat(world.passStarts())
                    .isEqualTo(LongStream.rangeClosed(0, 99)
                            .mapToObj(pass -> pass * 800 * MS)
                            .toList());
        }
    }

    @Test
    void guestThatOutrunsTheLinkConvergesOnceTheLimitIsRaised() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.nanosPerDirtyPage = 8_000; // D = 1.25 B
            PrecopyAgent agent = agent(world, UNLIMITED, 30 * MS);
            world.drive(agent, 60_000 * MS);
            assertThat(agent.stats().status()).isEqualTo(MigrationStatus.ACTIVE);

            // 60 s are 75 passes of 800 ms, so all pages are dirty again: 800 ms to send.
            agent.control().set(MigrationParameter.DOWNTIME_LIMIT, 800 * MS);
            world.drive(agent);
            assertThat(agent.stats().status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(agent.stats().elapsedNanos()).isEqualTo(60_800 * MS);
            assertThat(agent.stats().expectedDowntimeNanos()).isEqualTo(800 * MS);
            assertThat(agent.stats().downtimeNanos()).isEqualTo(800 * MS);
        }
    }

    @Test
    void pagesDirtiedBeforeTheStartAreNoDirtyRate() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.nanosPerDirtyPage = 20_000;
            world.keepsOldMarks = true;
            world.runFor(10_000 * MS);
            PrecopyAgent agent = agent(world, UNLIMITED, 30 * MS);
            world.slice(agent);
            assertThat(agent.stats().lastSyncDirtyPages()).isEqualTo(GUEST_PAGES);
            assertThat(agent.stats().dirtyPagesPerSecond()).isZero();
        }
    }

    @Test
    void slowPauseAddsToTheDowntimeAndSoDoPagesDirtiedUntilItIsComplete() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.nanosPerDirtyPage = 20_000;
            world.pauseNanos = 3 * MS;
            PrecopyAgent agent = agent(world, UNLIMITED, 30 * MS);
            world.drive(agent);
            // 3 ms to pause, in which 150 more pages are dirtied: 3 + (2500 + 150) x 0.01 ms.
            assertThat(agent.stats().expectedDowntimeNanos()).isEqualTo(25 * MS);
            assertThat(agent.stats().downtimeNanos()).isEqualTo(29 * MS + MS / 2);
        }
    }

    @Test
    void timeForSyncsDoesNotLowerTheWireRate() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.nanosPerDirtyPage = 20_000;
            world.syncNanos = 73 * MS;
            PrecopyAgent agent = agent(world, UNLIMITED, 300 * MS);
            world.drive(agent);
            assertThat(agent.stats().wireBytesPerSecond()).isEqualTo(LINK_BYTES_PER_SECOND);
            assertThat(agent.stats().syncNanos()).isEqualTo(73 * MS);
        }
    }

    @Test
    void restThatHasToBeLookedAtBeforeItTravelsKeepsTheLimit() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.scanNanosPerPage = 10_000; // and 10 us on the link, one after the other
            PrecopyAgent agent = agent(world, UNLIMITED, 100 * MS);
            world.drive(agent);

            // 1600 ms in all; 5000 pages, and not the 10,000 that the link alone would carry, fit 100 ms.
            assertThat(world.passStarts().get(1)).isBetween(1500 * MS, 1550 * MS);
            assertThat(agent.stats().downtimeNanos()).isBetween(50 * MS, 100 * MS);
            assertThat(agent.stats().downtimeNanos()).isEqualTo(agent.stats().expectedDowntimeNanos());
        }
    }

    @Test
    void lookingThatABufferHidesDoesNotMakeTheLinkLookFasterOrSlower() throws IOException {
        try (VirtualWorld world = new VirtualWorld(GUEST_PAGES)) {
            world.scanNanosPerPage = 5_000; // while the link carries what is in the buffer
            world.bufferNanos = 10 * MS;
            PrecopyAgent agent = agent(world, UNLIMITED, 100 * MS);
            world.drive(agent);

            assertThat(agent.stats().wireBytesPerSecond())
                    .isCloseTo(LINK_BYTES_PER_SECOND, Percentage.withPercentage(0.1));
            assertThat(world.passStarts().get(1)).isBetween(700 * MS, 750 * MS);
            assertThat(agent.stats().downtimeNanos()).isBetween(50 * MS, 101 * MS);
        }
    }

    @Test
    void slicesStayWithinTheirBoundOnALinkThatIsAlwaysReady() throws IOException {
        for (long nanosPerPage : new long[] {1, 999, 10_000, 123_457, 3_000_001, 49_999_999}) {
            try (VirtualWorld world = new VirtualWorld(300)) {
                world.linkNanosPerPage = nanosPerPage;
                world.drive(agent(world, UNLIMITED, 30 * MS));
                assertThat(world.longestSliceNanos())
                        .as("%d ns a page", nanosPerPage)
                        .isLessThanOrEqualTo(PrecopyAgent.SLICE_NANOS_MAX);
            }
        }
    }

    @Test
    void everyBlockIsSentWhateverItsSizeAndPlace() throws IOException {
        GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                .block("low", 0, 100 * 4096, new Backing.Anonymous())
                .block("one", 0x100_0000, 4096, new Backing.Anonymous())
                .block("high", 0x1_0000_0000L, 1000 * 4096, new Backing.Anonymous())
                .build();
        try (VirtualWorld world = new VirtualWorld(memory)) {
            PrecopyAgent agent = agent(world, UNLIMITED, 0);
            world.drive(agent);
            assertThat(agent.stats().normalPages()).isEqualTo(1101);
            assertThat(agent.stats().totalBytes()).isEqualTo(1101 * 4096);
        }
    }

    private static PrecopyAgent agent(VirtualWorld world, long maxBandwidth, long downtimeLimitNanos) {
        return world.agent()
                .parameters(MigrationParameters.of(maxBandwidth, downtimeLimitNanos))
                .build();
    }

    private static List<Long> millis(long... millis) {
        return LongStream.of(millis).mapToObj(ms -> ms * MS).toList();
    }
}
