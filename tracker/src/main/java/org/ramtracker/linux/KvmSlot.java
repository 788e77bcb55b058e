package org.ramtracker.linux;

import java.util.List;
import java.util.Objects;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * A KVM memory slot: a piece of a block at its guest-physical address.
 *
 * <pre>
 *   guest-physical    block.guestPhysicalAddress + offsetBytes .. + lengthBytes
 *   host              block.segment()            + offsetBytes .. + lengthBytes
 *   bit i of its log  host page i of the slot
 * </pre>
 *
 * @param id the slot's number, from 0 to 32766; unique in a VM
 * @param block the block
 * @param offsetBytes first byte in the block, a multiple of the page size of host and guest
 * @param lengthBytes its length, a positive multiple of the same
 */
public record KvmSlot(int id, RamBlock block, long offsetBytes, long lengthBytes) {
    /** {@code KVM_USER_MEM_SLOTS}. */
    private static final int ID_MAX = 32766;

    /**
     * Checks the piece.
     *
     * @throws IndexOutOfBoundsException if it is not within the block
     * @throws IllegalArgumentException if the number is outside 0 to 32766
     */
    public KvmSlot {
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, block.usedLengthBytes());
        if (id < 0 || id > ID_MAX) {
            throw new IllegalArgumentException("KVM slot " + id + " is outside 0 to " + ID_MAX);
        }
    }

    /**
     * One slot for each block, with the block's index for a number.
     *
     * @param memory the guest's memory
     * @return the slots
     */
    public static List<KvmSlot> ofBlocks(GuestMemory memory) {
        return memory.blocks().stream()
                .map(block -> new KvmSlot(block.index(), block, 0, block.usedLengthBytes()))
                .toList();
    }
}
