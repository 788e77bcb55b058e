package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A part of the guest that is not RAM (vCPUs, devices), at the source. It is asked for its state once, when the guest is
 * paused and drained.
 *
 * <p>On the wire the state is a FULL section whose body is a be32 length and so many bytes, so that a reader that knows
 * nothing of the device can step over it.
 *
 * <p>Threads: called on the migrator's.
 */
public interface DeviceStateSource {
    /**
     * The name by which the destination finds its {@link DeviceStateTarget}.
     *
     * @return 1 to 255 bytes of UTF-8, not {@code ram}
     */
    String idstr();

    /**
     * Tells devices of one name apart.
     *
     * @return the instance, usually 0
     */
    int instanceId();

    /**
     * Version of the format of the state.
     *
     * @return the version
     */
    int version();

    /**
     * An upper bound of the length of the state.
     *
     * @return bytes
     */
    int stateBytesMax();

    /**
     * Writes the state.
     *
     * @param state big-endian buffer with {@link #stateBytesMax()} bytes of room; what lies before its position afterwards is
     *     the state
     * @throws IOException if it cannot be had; the migration fails and the guest goes on at the source
     */
    void save(ByteBuffer state) throws IOException;
}
