package org.ramtracker.live;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.MultifdHandler;

/**
 * Loads what arrives on page channels into a guest's memory.
 *
 * @param memory the memory
 * @param arriving what is known of it, if it was made for this guest
 */
record ChannelPagesHandler(GuestMemory memory, @Nullable ArrivingPages arriving) implements MultifdHandler {
    @Override
    public @Nullable RamBlock resolve(String idstr) {
        return memory.find(idstr).orElse(null);
    }

    @Override
    public void pagesArrive(RamBlock block, long offsetBytes, long lengthBytes) throws IOException {
        if (arriving != null) {
            arriving.touch(block, offsetBytes, lengthBytes);
            arriving.arrive(block, offsetBytes, lengthBytes, lengthBytes);
        }
    }

    @Override
    public boolean isStillZero(RamBlock block, long offsetBytes) {
        return arriving != null && arriving.isStillZero(block, offsetBytes);
    }
}
