package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.util.Optional;
import org.ramtracker.memory.PageSize;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.guest.Guests;
import org.ramtracker.sim.guest.ReplaySource;
import org.ramtracker.trace.DirtyTrace;

/**
 * A virtual machine to boot.
 *
 * @param ramBytes length of {@code pc.ram}, a multiple of the page size; graphics memory comes on top
 * @param pageSize unit of dirtiness and transfer
 * @param guest what runs in it
 * @param dirtySource from where the machine learns what the guest wrote
 */
public record VmSpec(long ramBytes, PageSize pageSize, GuestSpec guest, DirtySource dirtySource) {
    /**
     * Checks the size and the dirty log.
     *
     * @throws IllegalArgumentException if the size is not a positive number of pages, or the log does not see what the guest
     *     writes
     */
    public VmSpec {
        Guests.checkSource(guest.engine(), dirtySource);
        if (ramBytes <= 0 || !pageSize.isAligned(ramBytes)) {
            throw new IllegalArgumentException(
                    "RAM of %d bytes is not a positive multiple of the page size, %d; choose another --ram or --page-size"
                            .formatted(ramBytes, pageSize.bytes()));
        }
    }

    /**
     * A machine of the size of the one on which a trace was recorded, with a guest that plays it back.
     *
     * @param source the trace
     * @param seed of the contents
     * @param dirtySource from where the machine learns what the guest wrote; empty for what suits it
     * @return the machine
     * @throws IOException if the trace cannot be read
     * @throws IllegalArgumentException if the log does not see what the guest writes
     */
    public static VmSpec replaying(ReplaySource source, long seed, Optional<DirtySource> dirtySource)
            throws IOException {
        try (DirtyTrace trace = DirtyTrace.open(source.trace())) {
            PageSize pageSize = trace.layout().pageSize();
            long ramPages = trace.layout().blocks().getFirst().pages();
            GuestSpec guest = GuestSpec.replay(source, seed);
            return new VmSpec(
                    pageSize.toBytes(ramPages),
                    pageSize,
                    guest,
                    dirtySource.orElse(guest.engine().dirtySources().getFirst()));
        }
    }

    /**
     * A machine with the dirty log that suits its guest.
     *
     * @param ramBytes length of {@code pc.ram}
     * @param pageSize unit of dirtiness and transfer
     * @param guest what runs in it
     */
    public VmSpec(long ramBytes, PageSize pageSize, GuestSpec guest) {
        this(ramBytes, pageSize, guest, guest.engine().dirtySources().getFirst());
    }
}
