package org.ramtracker.dirty;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Lets two threads go on at the same moment, again and again. Spins, because a wake-up takes longer than what is raced. */
final class SpinBarrier {
    private static final int SPINS_BEFORE_PARKING = 5_000;

    private final AtomicLong arrivals = new AtomicLong();
    private volatile boolean broken;

    /**
     * Meets twice: who had to wait long has been parked, and is still waking up when the other goes on from the first meeting. On
     * busy cores they would never run at the same time otherwise.
     */
    void await() {
        meet();
        meet();
    }

    private void meet() {
        long arrived = arrivals.incrementAndGet();
        long bothArrived = arrived + (arrived & 1);
        for (int spins = 0; arrivals.get() < bothArrived; spins++) {
            if (broken) {
                throw new IllegalStateException("the other thread has failed");
            }
            pause(spins);
        }
    }

    private static void pause(int spins) {
        if (spins < SPINS_BEFORE_PARKING) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(1); // the other one needs this core
        }
    }

    void breakUp() {
        broken = true;
    }
}
