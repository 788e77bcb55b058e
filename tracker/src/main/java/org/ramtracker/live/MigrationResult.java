package org.ramtracker.live;

import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.GuestMemory;

/**
 * A guest that has been loaded completely.
 *
 * @param memory its memory, which now belongs to the caller in either case
 * @param whyNotCommitted null if the guest may run here; otherwise one line. Then it must <em>not</em> run here, because it may
 *     be running at the source. The memory is left nevertheless: if the source had given the guest up and only the message
 *     was lost, this is the only copy, and an operator who has made sure of that can run it
 * @param statistics what came
 */
public record MigrationResult(GuestMemory memory, @Nullable String whyNotCommitted, ReceiveStatistics statistics) {

    /**
     * Whether the guest may run here.
     *
     * @return true if the source has given it up, or if there is no source any more (a file, a pipe)
     */
    public boolean isCommitted() {
        return whyNotCommitted == null;
    }
}
