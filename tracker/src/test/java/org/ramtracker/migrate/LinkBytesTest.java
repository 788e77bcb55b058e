package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What windows count, on a link of 10 us a page that is offered pages by hand. */
class LinkBytesTest {
    private static final long MS = 1_000_000;
    private static final long PAGES = 100_000;
    private static final long WINDOW_BYTES = 10_000 * VirtualWorld.PAGE_BYTES;

    private static final RateLimiter UNLIMITED = new RateLimiter(0, 0);

    private VirtualWorld world;
    private LinkBytes bytes;
    private long countedBytes;

    @BeforeEach
    void begin() throws IOException {
        world = new VirtualWorld(PAGES);
        world.bufferNanos = 100 * MS;
        bytes = new LinkBytes(world);
        bytes.beginWindow(0);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void windowsThatFillABufferCountWhatArrived() {
        send(20_000);
        assertThat(world.nanoTime()).isEqualTo(100 * MS);
        assertThat(counted()).isEqualTo(WINDOW_BYTES);
    }

    @Test
    void whatDrainsWhileNothingIsSentDoesNotCountNorDoesWhatRefills() {
        send(20_000);
        counted();
        world.runFor(100 * MS);
        assertThat(counted()).isZero();
        send(20_000);
        assertThat(counted()).isEqualTo(WINDOW_BYTES);
        send(10_000);
        assertThat(counted()).isEqualTo(WINDOW_BYTES);
    }

    @Test
    void windowEndsWhereSomethingHasJustArrivedOrNothingEverWill() {
        assertThat(bytes.isKnown(0, UNLIMITED)).isTrue();
        send(200);
        assertThat(bytes.isKnown(0, UNLIMITED)).isFalse();
        world.runFor(MS);
        assertThat(bytes.isKnown(MS, UNLIMITED)).isTrue();
        assertThat(bytes.isKnown(MS, UNLIMITED)).isFalse();
        assertThat(bytes.isKnown(LinkBytes.SILENT_NANOS_MAX, UNLIMITED)).isTrue();
        world.runFor(MS);
        assertThat(bytes.isKnown(2 * MS, UNLIMITED)).isTrue();
        assertThat(bytes.isKnown(2 * MS, UNLIMITED)).as("all has arrived").isTrue();
    }

    @Test
    void underALimitItIsEnoughThatSomethingArrived() {
        RateLimiter limiter = new RateLimiter(WINDOW_BYTES, 0);
        send(200);
        assertThat(bytes.isKnown(0, limiter)).isFalse();
        world.runFor(MS);
        assertThat(bytes.isKnown(MS, limiter)).isTrue();
        assertThat(bytes.isKnown(MS, limiter)).isTrue();
    }

    @Test
    void sinkThatLearnsLateWhatIsOnItsWayTakesNothingBack() {
        send(5_000);
        world.runFor(50 * MS);
        assertThat(counted()).isEqualTo(WINDOW_BYTES / 2);
        world.linkNanosPerPage = 20_000;
        send(1);
        world.linkNanosPerPage = 1_000; // the same wait is more pages now
        assertThat(counted()).isZero();
    }

    private void send(long pages) {
        world.offer(world.memory.blocks().getFirst(), 0, pages);
    }

    private long counted() {
        long before = countedBytes;
        countedBytes = bytes.carriedBytes();
        bytes.beginWindow(world.nanoTime());
        assertThat(bytes.carriedBytes())
                .as("at its beginning a window counts nothing")
                .isEqualTo(countedBytes);
        return countedBytes - before;
    }
}
