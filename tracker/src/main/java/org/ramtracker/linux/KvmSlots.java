package org.ramtracker.linux;

import java.util.List;
import java.util.stream.Collectors;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;
import org.ramtracker.memory.GuestMemory;

/**
 * The memory slots of a VM: which blocks the guest sees, and whether KVM logs writes to them.
 *
 * <p>KVM has no request that asks what slots there are, so whoever makes a log says. The descriptor of the VM stays the VMM's.
 *
 * <p>Threads: one at a time; vCPUs may run.
 */
public final class KvmSlots {
    private final int vmFd;
    private final GuestMemory memory;
    private final List<KvmSlot> slots;
    private final long hostPageBytes;

    /**
     * Slots that need not exist yet.
     *
     * @param vmFd the VM's descriptor
     * @param memory the guest's memory
     * @param slots pieces of its blocks
     * @throws IllegalArgumentException if two slots have the same number, or if one is not whole pages, the host's and the guest's
     * @throws LibcException if the host does not tell its page size
     */
    public KvmSlots(int vmFd, GuestMemory memory, List<KvmSlot> slots) throws LibcException {
        this.vmFd = vmFd;
        this.memory = memory;
        this.slots = List.copyOf(slots);
        this.hostPageBytes = Libc.pageSizeBytes();
        if (slots.stream().map(KvmSlot::id).collect(Collectors.toSet()).size() != slots.size()) {
            throw new IllegalArgumentException("two slots have the same number: " + slots);
        }
        slots.forEach(this::checkWholePages);
    }

    /**
     * One slot for each block, with the block's index for a number.
     *
     * @param vmFd the VM's descriptor
     * @param memory the guest's memory
     * @return the slots, which need not exist yet
     * @throws LibcException if the host does not tell its page size
     */
    public static KvmSlots ofBlocks(int vmFd, GuestMemory memory) throws LibcException {
        return new KvmSlots(vmFd, memory, KvmSlot.ofBlocks(memory));
    }

    /** So that no page of either kind belongs to two slots. */
    private void checkWholePages(KvmSlot slot) {
        long unitBytes = Math.max(hostPageBytes, memory.pageSize().bytes());
        if (slot.lengthBytes() == 0 || slot.offsetBytes() % unitBytes != 0 || slot.lengthBytes() % unitBytes != 0) {
            throw new IllegalArgumentException("%s, [0x%x, 0x%x) of its block, is not whole pages of %d bytes"
                    .formatted(slot, slot.offsetBytes(), slot.offsetBytes() + slot.lengthBytes(), unitBytes));
        }
    }

    /**
     * Gives the memory to the guest, without logging.
     *
     * @throws LibcException if KVM refuses a slot; those before it are there
     */
    public void install() throws LibcException {
        setFlags(0);
    }

    /**
     * Takes the memory away from the guest.
     *
     * @throws LibcException if KVM refuses a slot; those before it are gone
     */
    public void remove() throws LibcException {
        try (KvmMemoryRegion region = new KvmMemoryRegion()) {
            for (KvmSlot slot : slots) {
                region.remove(vmFd, slot);
            }
        }
    }

    /** Logs writes to all slots. A refused slot does not keep the others from being logged. */
    void startLogging() throws LibcException {
        setFlags(KvmApi.KVM_MEM_LOG_DIRTY_PAGES);
    }

    /** Logs no slot any more. A refused slot does not keep the others logged. */
    void stopLogging() throws LibcException {
        setFlags(0);
    }

    private void setFlags(int flags) throws LibcException {
        try (KvmMemoryRegion region = new KvmMemoryRegion()) {
            Failures failures = new Failures();
            for (KvmSlot slot : slots) {
                failures.collect(() -> region.set(vmFd, slot, flags));
            }
            failures.throwAny();
        }
    }

    int vmFd() {
        return vmFd;
    }

    GuestMemory memory() {
        return memory;
    }

    List<KvmSlot> slots() {
        return slots;
    }

    long hostPageBytes() {
        return hostPageBytes;
    }
}
