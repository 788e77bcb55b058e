package org.ramtracker.live;

import java.io.IOException;
import java.util.List;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.stream.BlockEntry;

/**
 * Makes the memory of a guest that arrives. The stream names the blocks and their lengths; where the guest sees them is the
 * VMM's knowledge.
 */
@FunctionalInterface
public interface MemoryFactory {
    /**
     * Makes memory with exactly these blocks. A block should be populated as a whole or not be advised to use huge pages: where pages
     * come densely the target gives the advice itself, and a single page that comes into advised memory waits until all of a
     * huge page is there, which takes milliseconds where the host is itself a guest.
     *
     * @param pageSize the guest's page size
     * @param blocks names and lengths, at least one; they come from an untrusted stream, but are in sum within the limit that
     *     the target was given
     * @return the memory, zero; the target closes it if receiving fails
     * @throws IOException if it cannot be made, or a block is not one that this VMM has
     */
    GuestMemory create(PageSize pageSize, List<BlockEntry> blocks) throws IOException;
}
