package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Encoded bytes on their way out. It is filled at one end and drained at the other, and begins anew whenever it runs empty:
 * nothing is ever moved within it.
 */
final class Staging {
    private final ByteBuffer filling;
    private final ByteBuffer draining;
    private long drainedBytes;

    Staging(int capacityBytes) {
        filling = ByteBuffer.allocateDirect(capacityBytes);
        draining = filling.duplicate().limit(0);
    }

    /** Where the encoder writes. */
    ByteBuffer buffer() {
        return filling;
    }

    /** What waits. */
    int stagedBytes() {
        return filling.position() - draining.position();
    }

    /** What left so far. */
    long drainedBytes() {
        return drainedBytes;
    }

    /**
     * Writes as much as the outlet takes.
     *
     * @return true if nothing waits any more
     */
    boolean drainTo(Outlet outlet) throws IOException {
        draining.limit(filling.position());
        while (draining.hasRemaining()) {
            int written = outlet.write(draining);
            drainedBytes += written;
            if (written == 0) {
                return false;
            }
        }
        filling.clear();
        draining.clear().limit(0);
        return true;
    }
}
