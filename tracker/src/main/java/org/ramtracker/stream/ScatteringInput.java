package org.ramtracker.stream;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ReadableByteChannel;

/**
 * A channel that may be able to fill many pieces of memory by one call, so that pages which do not follow each other in memory need
 * neither a buffer nor a call each.
 *
 * <pre>
 *   { begin add+ fill+ | read }
 * </pre>
 *
 * <p>Threads: one at a time.
 */
public interface ScatteringInput extends ReadableByteChannel {
    /**
     * Whether it can; the other methods are for one that does. The answer does not change once something was read.
     *
     * @return false for a channel that can only be read
     */
    boolean scatters();

    /** Begins to say what is to be filled. */
    void begin();

    /**
     * Adds a piece behind the others. There is room for the pages of a packet, each by itself, and one more.
     *
     * @param memory native memory, which stays open until it was filled
     * @param offsetBytes where in it the piece begins
     * @param lengthBytes its length, positive
     */
    void add(MemorySegment memory, long offsetBytes, long lengthBytes);

    /**
     * Waits for bytes and puts them into the pieces, in their order, behind those that came before.
     *
     * @return how many came, or -1 at the end of the input
     * @throws IOException if the channel fails
     */
    long fill() throws IOException;
}
