package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ramtracker.sim.guest.PauseGate.Hold;

@Timeout(30)
class PauseGateTest {
    private final PauseGate gate = new PauseGate();

    @Test
    void isHeldUntilTheLastHoldIsReleased() {
        gate.hold(Hold.MIGRATION);
        gate.hold(Hold.MIGRATION);
        gate.release(Hold.NOT_STARTED);
        assertThat(gate.isHeld()).isTrue();
        gate.release(Hold.MIGRATION);
        assertThat(gate.isHeld()).isFalse();
        gate.release(Hold.MIGRATION);
        assertThat(gate.isHeld()).isFalse();
    }

    @Test
    void isDrainedOnlyWhenHeldAndEmpty() throws InterruptedException {
        assertThat(gate.isDrained()).isTrue();
        gate.release(Hold.NOT_STARTED);
        assertThat(gate.isDrained()).isFalse();
        assertThat(gate.enter(0)).isTrue();
        gate.hold(Hold.MIGRATION);
        assertThat(gate.isDrained()).isFalse();
        assertThat(gate.awaitDrained(Duration.ofMillis(5))).isFalse();
        gate.leave();
        assertThat(gate.isDrained()).isTrue();
        assertThat(gate.awaitDrained(Duration.ZERO)).isTrue();
    }

    @Test
    void guestTimeStandsStillWhileHeld() throws InterruptedException {
        assertThat(gate.guestNanos()).isZero();
        Thread.sleep(20);
        assertThat(gate.guestNanos()).isZero();
        gate.release(Hold.NOT_STARTED);
        Thread.sleep(5);
        gate.hold(Hold.MANAGER);
        long atHold = gate.guestNanos();
        assertThat(atHold).isGreaterThan(1_000_000);
        Thread.sleep(20);
        assertThat(gate.guestNanos()).isEqualTo(atHold);
        gate.release(Hold.MANAGER);
        assertThat(gate.guestNanos()).isGreaterThanOrEqualTo(atHold);
    }

    @Test
    void aRestEndsWhenItsReasonIsGoneButNotTheHold() throws InterruptedException {
        gate.release(Hold.NOT_STARTED);
        AtomicBoolean entered = new AtomicBoolean();
        Thread resting = Thread.ofPlatform().start(() -> {
            try {
                entered.set(gate.enter(Duration.ofHours(1).toNanos()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (resting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        gate.hold(Hold.MANAGER);
        gate.endRests();
        resting.join(20);
        assertThat(entered).isFalse();
        gate.release(Hold.MANAGER);
        resting.join();
        assertThat(entered).isTrue();
        gate.leave();
    }

    @Test
    void aClosedGateTurnsAway() throws InterruptedException {
        gate.close();
        assertThat(gate.enter(0)).isFalse();
        gate.release(Hold.NOT_STARTED);
        assertThat(gate.isHeld()).isTrue();
        assertThat(gate.isDrained()).isTrue();
    }

    /** A thread that is on its way in when the pause comes must not slip through after the drain was seen. */
    @Test
    void nobodyIsInsideOnceDrainedWasSeen() throws InterruptedException {
        AtomicLong writes = new AtomicLong();
        AtomicBoolean failed = new AtomicBoolean();
        Thread[] writers = new Thread[3];
        for (int i = 0; i < writers.length; i++) {
            writers[i] = Thread.ofPlatform().start(() -> writeUntilClosed(writes, failed));
        }
        SplittableRandom random = new SplittableRandom(1);
        gate.release(Hold.NOT_STARTED);
        for (int round = 0; round < 2000; round++) {
            gate.hold(Hold.MIGRATION);
            if (random.nextInt(4) > 0) {
                while (!gate.isDrained()) {
                    Thread.onSpinWait();
                }
                long before = writes.getPlain();
                spin(random.nextInt(2000));
                assertThat(writes.getPlain()).as("round %d", round).isEqualTo(before);
            }
            gate.release(Hold.MIGRATION);
            spin(random.nextInt(2000));
        }
        gate.close();
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(failed).isFalse();
    }

    private void writeUntilClosed(AtomicLong writes, AtomicBoolean failed) {
        try {
            while (gate.enter(0)) {
                for (int i = 0; i < 50 && !gate.isHeld(); i++) {
                    writes.incrementAndGet();
                }
                gate.leave();
            }
        } catch (InterruptedException e) {
            failed.set(true);
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
