package org.ramtracker.sim.vmm;

import org.ramtracker.memory.PageSize;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.guest.Guests;

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
