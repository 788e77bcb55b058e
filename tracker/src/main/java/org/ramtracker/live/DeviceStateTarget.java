package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A part of the guest that is not RAM, at the destination: takes what a {@link DeviceStateSource} of the same name and
 * instance wrote.
 *
 * <p>Threads: called on the thread that receives.
 */
public interface DeviceStateTarget {
    /**
     * The name in the stream.
     *
     * @return that of the source
     */
    String idstr();

    /**
     * Tells devices of one name apart.
     *
     * @return that of the source
     */
    int instanceId();

    /**
     * The longest state that is taken; a stream that says more is refused before anything is allocated.
     *
     * @return bytes
     */
    int stateBytesMax();

    /**
     * Loads the state. The guest does not run yet, and may never run here.
     *
     * @param version version of the format
     * @param state the untrusted state, big-endian, from its position to its limit; all of it must be consumed
     * @throws IOException if it is not acceptable, saying why; the migration fails and the source is told the reason
     */
    void load(int version, ByteBuffer state) throws IOException;
}
