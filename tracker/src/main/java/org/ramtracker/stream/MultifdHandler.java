package org.ramtracker.stream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.RamBlock;

/**
 * What a {@link MultifdChannelReader} asks and tells while it loads pages. Threads: called on the thread that reads the
 * channel; a handler that serves several channels is called by all of their threads.
 */
public interface MultifdHandler {
    /**
     * The memory of a block.
     *
     * @param idstr the name
     * @return the block, into which pages are loaded, or null if there is none of this name
     * @throws IOException to stop
     */
    @Nullable
    RamBlock resolve(String idstr) throws IOException;

    /**
     * Pages are about to be written to memory, as deltas or whole. Whoever populates memory does it now.
     *
     * @param block their block
     * @param offsetBytes offset of the first one in the block
     * @param lengthBytes length of all of them, which follow each other in the block
     * @throws IOException to stop
     */
    default void pagesArrive(RamBlock block, long offsetBytes, long lengthBytes) throws IOException {}

    /**
     * Whether a page is known to be zero, so that a zero page that arrives needs not even to be compared with it: looking at
     * memory that was never touched faults it in.
     *
     * @param block its block
     * @param offsetBytes its offset in the block
     * @return false if it may be anything
     */
    default boolean isStillZero(RamBlock block, long offsetBytes) {
        return false;
    }

    /**
     * A page is now in memory.
     *
     * @param block its block
     * @param offsetBytes its offset in the block
     * @param kind {@link PageKind#NORMAL}, or {@link PageKind#DUPLICATE} for a zero page
     * @param wireBytes its share of the packet: its offset, and the same part of the payload as every other normal page
     * @throws IOException to stop
     */
    default void pageLoaded(RamBlock block, long offsetBytes, PageKind kind, int wireBytes) throws IOException {}
}
