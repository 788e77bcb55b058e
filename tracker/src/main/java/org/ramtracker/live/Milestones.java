package org.ramtracker.live;

import java.io.IOException;

/**
 * How far the destination has come. PINGs stand in the stream, and the destination answers each when it has read and loaded
 * everything before it; so an answer says what has arrived, and what was sent since is on its way, in whichever buffers of
 * either host it lies. No socket can tell that: what a kernel has acknowledged may wait at the destination for a long time.
 *
 * <pre>
 *   sent  |-------- arrived --------|---- on its way ----|
 *                             PING n, answered       PING n + 1
 * </pre>
 *
 * <p>QEMU answers PINGs of any value as well. Until the one that opens the return path is answered, others are not
 * asked, and nothing counts as arrived.
 *
 * <p>Threads: single-threaded, the agent's. Nothing allocates.
 */
final class Milestones {
    private static final int OUTSTANDING_MAX = 256;

    private final long[] bytesAt = new long[OUTSTANDING_MAX];
    private long set;
    private long reached;
    private long lastBytes;
    private long arrivedBytes;
    private boolean opened;

    /** The destination answers PINGs. */
    void opened() {
        opened = true;
    }

    boolean isOpened() {
        return opened;
    }

    /** Whether every one that was set was reached. */
    boolean allReached() {
        return set == reached;
    }

    /** Bytes at the last one that was set. */
    long lastBytes() {
        return lastBytes;
    }

    /** Whether one more can be waited for. */
    boolean hasRoom() {
        return set - reached < OUTSTANDING_MAX;
    }

    /**
     * Sets one.
     *
     * @param bytes so many have arrived when it is answered
     * @return the value of its PING
     */
    int set(long bytes) {
        bytesAt[(int) (set % OUTSTANDING_MAX)] = bytes;
        lastBytes = bytes;
        return valueOf(set++);
    }

    /**
     * One was answered.
     *
     * @throws IOException if it is not the next one
     */
    void reached(int value) throws IOException {
        if (allReached()) {
            throw new IOException("PONG %d, for which there was no PING".formatted(value));
        }
        if (value != valueOf(reached)) {
            throw new IOException("PONG %d instead of %d".formatted(value, valueOf(reached)));
        }
        arrivedBytes = bytesAt[(int) (reached++ % OUTSTANDING_MAX)];
    }

    /** What is known to have arrived. */
    long arrivedBytes() {
        return arrivedBytes;
    }

    /** Values begin behind those that mean something. */
    private static int valueOf(long number) {
        return Protocol.PING_MILESTONE_FIRST + (int) (number & Integer.MAX_VALUE >> 1);
    }
}
