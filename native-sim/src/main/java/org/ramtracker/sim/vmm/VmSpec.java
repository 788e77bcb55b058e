package org.ramtracker.sim.vmm;

import org.ramtracker.memory.PageSize;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.GuestSpec;

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
     * Checks the size.
     *
     * @throws IllegalArgumentException if it is not a positive number of pages
     */
    public VmSpec {
        if (ramBytes <= 0 || !pageSize.isAligned(ramBytes)) {
            throw new IllegalArgumentException(
                    "RAM of %d bytes is not a positive multiple of the page size, %d; choose another --ram or --page-size"
                            .formatted(ramBytes, pageSize.bytes()));
        }
    }
    /**
     * A machine whose guest marks what it writes.
     *
     * @param ramBytes length of {@code pc.ram}
     * @param pageSize unit of dirtiness and transfer
     * @param guest what runs in it
     */
    public VmSpec(long ramBytes, PageSize pageSize, GuestSpec guest) {
        this(ramBytes, pageSize, guest, DirtySource.MARKS);
    }
}
