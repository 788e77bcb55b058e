package org.ramtracker.migrate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * The handle that others hold on a running migration. Commands take effect in the agent's next slice, in the order in which
 * they were given.
 *
 * <p>Threads: any number may command; the agent reads.
 *
 * <p>Guarantees: a command that returned normally will be read. After the end of the migration commands do nothing.
 *
 * <p>Progress: lock-free; nothing waits for the agent.
 *
 * <p>A command is one message, its type says which; all but cancel carry one argument:
 *
 * <pre>
 *   0               8
 *   +---------------+
 *   | argument      |   bytes/s, or nanoseconds
 *   +---------------+
 * </pre>
 */
public final class MigrationControl {
    private static final int CANCEL = 1;
    private static final int SET_DOWNTIME_LIMIT = 2;
    private static final int SET_MAX_BANDWIDTH = 3;
    private static final int ARGUMENT_OFFSET = 0;
    private static final int MESSAGE_BYTES = Long.BYTES;
    private static final int RING_BYTES = 16 << 10;

    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(new UnsafeBuffer(
            ByteBuffer.allocateDirect(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH + BitUtil.CACHE_LINE_LENGTH)
                    .order(ByteOrder.nativeOrder())
                    .alignedSlice(Long.BYTES)
                    .slice(0, RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH)));

    MigrationControl() {}

    /**
     * Cancels the migration, QEMU's {@code migrate_cancel}. Does nothing once the guest was given up.
     *
     * @throws IllegalStateException if hundreds of commands wait because nobody drives the agent
     */
    public void cancel() {
        send(CANCEL, 0);
    }

    /**
     * Sets {@code downtime-limit}.
     *
     * @param downtimeLimitNanos the new limit, 0 to 2000 s
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException if hundreds of commands wait because nobody drives the agent
     */
    public void setDowntimeLimit(long downtimeLimitNanos) {
        send(SET_DOWNTIME_LIMIT, MigrationParameters.checkDowntimeLimit(downtimeLimitNanos));
    }

    /**
     * Sets {@code max-bandwidth}.
     *
     * @param bytesPerSecond the new limit, 0 = unlimited
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if hundreds of commands wait because nobody drives the agent
     */
    public void setMaxBandwidth(long bytesPerSecond) {
        send(SET_MAX_BANDWIDTH, MigrationParameters.checkMaxBandwidth(bytesPerSecond));
    }

    private void send(int type, long argument) {
        int index = ring.tryClaim(type, MESSAGE_BYTES);
        if (index < 0) {
            throw new IllegalStateException(
                    "too many commands wait for the migration agent; is its doWork() being called?");
        }
        ring.buffer().putLong(index + ARGUMENT_OFFSET, argument);
        ring.commit(index);
    }

    /** Hands what was commanded to the agent. */
    int drainTo(Handler handler) {
        return ring.size() == 0 ? 0 : ring.read(handler);
    }

    /** The agent's side: turns messages back into calls. */
    abstract static class Handler implements org.agrona.concurrent.MessageHandler {
        abstract void onCancel();

        abstract void onDowntimeLimit(long nanos);

        abstract void onMaxBandwidth(long bytesPerSecond);

        @Override
        public final void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
            long argument = buffer.getLong(index + ARGUMENT_OFFSET);
            switch (type) {
                case CANCEL -> onCancel();
                case SET_DOWNTIME_LIMIT -> onDowntimeLimit(argument);
                case SET_MAX_BANDWIDTH -> onMaxBandwidth(argument);
                default -> throw new IllegalStateException("command type " + type);
            }
        }
    }
}
