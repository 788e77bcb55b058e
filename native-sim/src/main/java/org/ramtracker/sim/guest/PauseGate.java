package org.ramtracker.sim.guest;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets the guest's threads write, or holds them all. A thread writes only between {@link #enter} and {@link #leave}, and
 * leaves soon after {@link #isHeld} says so.
 *
 * <p>Threads: any.
 *
 * <p>Guarantees: {@link #isHeld} is a hint that stops a thread early. What makes a pause safe is the lock: who entered did
 * so under the lock while nothing held the gate, and who leaves does so under the lock after its last mark. So when
 * {@link #isDrained}, under the same lock, finds the gate held and nobody inside, then every store and every mark of every
 * thread happened before it, and none comes until the last hold is released. (Two flags without a lock would need a full
 * fence on both sides: a thread on its way in may have seen "free" and not yet have said that it is inside.)
 *
 * <p>Progress: blocking, but the lock is only held for a few instructions. A thread that rests is outside, so a pause
 * waits for nobody's sleep.
 *
 * <p><em>Guest time</em> starts at 0 and stands still while the gate is held.
 */
final class PauseGate {
    /** Who may hold the gate. */
    enum Hold {
        NOT_STARTED,
        MANAGER,
        MIGRATION
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Hold> holds = EnumSet.of(Hold.NOT_STARTED);

    private int inside;
    private int endedRests;
    private boolean closed;
    private volatile boolean held = true;

    /** System time at which guest time 0 would have been without any hold. */
    private long originNanos = System.nanoTime();

    private long heldSinceNanos = originNanos;

    /**
     * Waits until nothing holds the gate, and for so much guest time unless {@link #endRests} is called meanwhile.
     *
     * @return true if the thread is now inside; false if the gate was closed
     */
    boolean enter(long restNanos) throws InterruptedException {
        lock.lock();
        try {
            long until = guestNanos() + restNanos;
            int before = endedRests;
            while (!closed && (held || (guestNanos() < until && endedRests == before))) {
                long forNanos = held ? Long.MAX_VALUE : until - guestNanos();
                // what remains is computed anew from guest time
                long ignored = changed.awaitNanos(forNanos);
            }
            inside += closed ? 0 : 1;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** The thread has made its last mark and is outside. */
    void leave() {
        lock.lock();
        try {
            inside--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends every rest that was begun: what its length was computed from has changed. */
    void endRests() {
        lock.lock();
        try {
            endedRests++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a thread that is inside shall leave. */
    boolean isHeld() {
        return held;
    }

    /** Asks everybody to leave. */
    void hold(Hold hold) {
        lock.lock();
        try {
            if (holds.isEmpty()) {
                heldSinceNanos = System.nanoTime();
            }
            holds.add(hold);
            held = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes one hold back; the gate opens with the last. */
    void release(Hold hold) {
        lock.lock();
        try {
            if (holds.remove(hold) && holds.isEmpty()) {
                originNanos += System.nanoTime() - heldSinceNanos;
                held = closed;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean has(Hold hold) {
        lock.lock();
        try {
            return holds.contains(hold);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the gate is held and nobody is inside. */
    boolean isDrained() {
        lock.lock();
        try {
            return held && inside == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@link #isDrained}, or for so long. */
    boolean awaitDrained(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (!(held && inside == 0) && left > 0) {
                left = changed.awaitNanos(left);
            }
            return held && inside == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Turns everybody away for good. */
    void close() {
        lock.lock();
        try {
            closed = true;
            held = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Guest time; exact inside, and under the lock. */
    long guestNanos() {
        return (held ? heldSinceNanos : System.nanoTime()) - originNanos;
    }
}
