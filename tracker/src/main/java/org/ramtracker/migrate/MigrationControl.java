package org.ramtracker.migrate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
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
 * <p>Guarantees: a command that returned normally will be read; of several sets of parameters at least the last. After the end
 * of the migration commands do nothing.
 *
 * <p>Progress: lock-free; nothing waits for the agent.
 *
 * <p>A command is one message without a body, its type says which. Parameters are no message: the agent reads the set that is
 * there, with acquire, which pairs with the release of whoever put it there.
 */
public final class MigrationControl {
    private static final int CANCEL = 1;
    private static final int CONTINUE_SWITCHOVER = 2;
    private static final int RING_BYTES = 16 << 10;

    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(new UnsafeBuffer(
            ByteBuffer.allocateDirect(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH + BitUtil.CACHE_LINE_LENGTH)
                    .order(ByteOrder.nativeOrder())
                    .alignedSlice(Long.BYTES)
                    .slice(0, RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH)));

    private final AtomicReference<MigrationParameters> parameters;

    MigrationControl(MigrationParameters parameters) {
        this.parameters = new AtomicReference<>(parameters);
    }

    /**
     * Cancels the migration, QEMU's {@code migrate_cancel}. Does nothing once the guest was given up.
     *
     * @throws IllegalStateException if hundreds of commands wait because nobody drives the agent
     */
    public void cancel() {
        send(CANCEL);
    }

    /**
     * Lets a migration in {@link MigrationStatus#PRE_SWITCHOVER} go on, QEMU's {@code migrate-continue}. Does nothing in any other
     * status.
     *
     * @throws IllegalStateException if hundreds of commands wait because nobody drives the agent
     */
    public void continueSwitchover() {
        send(CONTINUE_SWITCHOVER);
    }

    /**
     * The parameters as they were set last.
     *
     * @return the set that is in force from the agent's next slice on
     */
    public MigrationParameters parameters() {
        return parameters.getAcquire();
    }

    /**
     * Sets all parameters. Each of them takes effect at once.
     *
     * @param wanted the new set
     */
    public void setParameters(MigrationParameters wanted) {
        parameters.setRelease(wanted);
    }

    /**
     * Changes some parameters, also if somebody else changes others at the same time.
     *
     * @param change makes the new set from the present one; may be called again
     * @return the new set
     * @throws IllegalArgumentException if {@code change} throws it because of a range; then nothing changes
     */
    public MigrationParameters updateParameters(UnaryOperator<MigrationParameters> change) {
        return parameters.updateAndGet(change);
    }

    /**
     * Sets one parameter.
     *
     * @param parameter which
     * @param value its value, in the unit of this package
     * @throws IllegalArgumentException if it is out of range; the message says the range
     */
    public void set(MigrationParameter parameter, long value) {
        updateParameters(present -> present.with(parameter, value));
    }

    private void send(int type) {
        int index = ring.tryClaim(type, 0);
        if (index < 0) {
            throw new IllegalStateException(
                    "too many commands wait for the migration agent; is its doWork() being called?");
        }
        ring.commit(index);
    }

    /** Hands what was commanded to the agent. */
    int drainTo(Handler handler) {
        return ring.size() == 0 ? 0 : ring.read(handler);
    }

    /** The agent's side: turns messages back into calls. */
    abstract static class Handler implements org.agrona.concurrent.MessageHandler {
        abstract void onCancel();

        abstract void onContinueSwitchover();

        @Override
        public final void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
            switch (type) {
                case CANCEL -> onCancel();
                case CONTINUE_SWITCHOVER -> onContinueSwitchover();
                default -> throw new IllegalStateException("command type " + type);
            }
        }
    }
}
