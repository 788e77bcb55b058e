package org.ramtracker.sim.guest;

import static org.ramtracker.sim.guest.Stamps.WORD;

import java.lang.foreign.MemorySegment;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.sim.kvm.TaskState;

/**
 * What a guest on KVM keeps at the start of its first block: ordinary guest memory, dirtied and moved like the rest.
 *
 * <pre>
 *   0        guest program
 *   4 KiB    by vCPU, 512 bytes each: control block, stack
 *   ...      task state segment
 *   ...      page tables: PML4, PDPT, a page directory for each GiB that has memory
 *   ...      ledger
 * </pre>
 *
 * The tables map every block 1:1 with pages of 2 MiB, for privilege level 3. Nothing else is mapped: a stray access ends in
 * a triple fault. The processor sets bits 5 and 6 of an entry when it uses it.
 *
 * <p>The task state segment is there for its I/O permission bitmap. The program may use ports by the privilege level in its
 * flags, but nested hosts were seen to lose that, and then the processor asks the bitmap: a bit of 0 permits. Without a segment
 * it would ask whatever lies at address 0.
 */
final class KvmMap {
    static final int ACCESSED_AND_DIRTY = 0x60;

    private static final int PAGE_BYTES = 4096;
    private static final int VCPU_BYTES = 2 * ControlBlock.BYTES;
    private static final int TABLE_ENTRY = 0x7; // present, writable, for all levels
    private static final int LARGE_PAGE_ENTRY = 0x87;
    private static final int LARGE_PAGE_SHIFT = 21;
    private static final int DIRECTORY_SHIFT = 30;
    /** What one PDPT can map. */
    private static final long ADDRESS_MAX = 512L << DIRECTORY_SHIFT;

    private final GuestMemory memory;
    private final RamBlock home;
    private final SortedSet<Long> directories = new TreeSet<>();
    private final long taskStateOffsetBytes;
    private final long tablesOffsetBytes;
    private final long ledgerOffsetBytes;

    /**
     * The map of a machine.
     *
     * @throws IllegalArgumentException if its memory is at addresses that the tables cannot map
     */
    KvmMap(GuestMemory memory, int vcpus) {
        this.memory = memory;
        this.home = memory.blocks().getFirst();
        memory.blocks().forEach(this::addDirectories);
        this.taskStateOffsetBytes = PAGE_BYTES + (long) (vcpus * VCPU_BYTES + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        this.tablesOffsetBytes = taskStateOffsetBytes + TaskState.BYTES;
        this.ledgerOffsetBytes = tablesOffsetBytes + (2L + directories.size()) * PAGE_BYTES;
    }

    private void addDirectories(RamBlock block) {
        long end = block.guestPhysicalAddress() + block.usedLengthBytes();
        if (end > ADDRESS_MAX) {
            throw new IllegalArgumentException(
                    "a guest on KVM can have memory up to address 0x%x, %s is beyond; choose less RAM"
                            .formatted(ADDRESS_MAX, block));
        }
        for (long gib = block.guestPhysicalAddress() >>> DIRECTORY_SHIFT; gib << DIRECTORY_SHIFT < end; gib++) {
            directories.add(gib);
        }
    }

    /** The pages that are left for the guest to write. */
    PageLayout layout() {
        long lengthBytes = ledgerOffsetBytes + Ledger.lengthBytesFor(new PageLayout(memory).pages());
        return new PageLayout(
                memory, memory.pageSize().pageOf(lengthBytes + memory.pageSize().bytes() - 1));
    }

    Ledger ledger(PageLayout layout) {
        return new Ledger(home, ledgerOffsetBytes, Ledger.lengthBytesFor(layout.pages()));
    }

    RamBlock home() {
        return home;
    }

    /** Length of what {@link #writeImage} writes. */
    long imageBytes() {
        return ledgerOffsetBytes;
    }

    boolean isPageTable(long offsetBytes) {
        return offsetBytes >= tablesOffsetBytes && offsetBytes < ledgerOffsetBytes;
    }

    /** Whether a word changes while the guest runs: stacks, and the first fields of the control blocks. */
    boolean isVariable(long offsetBytes) {
        return offsetBytes >= PAGE_BYTES
                && offsetBytes < taskStateOffsetBytes
                && (offsetBytes % VCPU_BYTES < ControlBlock.CONSTANTS
                        || offsetBytes % VCPU_BYTES >= ControlBlock.BYTES);
    }

    long controlOffsetBytes(int vcpu) {
        return PAGE_BYTES + (long) vcpu * VCPU_BYTES;
    }

    long programAddress() {
        return home.guestPhysicalAddress();
    }

    long controlAddress(int vcpu) {
        return home.guestPhysicalAddress() + controlOffsetBytes(vcpu);
    }

    /** A stack grows down to its control block. */
    long stackEndAddress(int vcpu) {
        return controlAddress(vcpu) + VCPU_BYTES;
    }

    long taskStateAddress() {
        return home.guestPhysicalAddress() + taskStateOffsetBytes;
    }

    long pageTableAddress() {
        return home.guestPhysicalAddress() + tablesOffsetBytes;
    }

    /** Writes program, control blocks, task state segment and page tables into zero memory of {@link #imageBytes}. */
    void writeImage(MemorySegment image, GuestPlan plan) {
        byte[] code = GuestProgram.code();
        MemorySegment.copy(MemorySegment.ofArray(code), 0, image, 0, code.length);
        long ledgerAddress = home.guestPhysicalAddress() + ledgerOffsetBytes;
        for (int vcpu = 0; vcpu < plan.spec().threads(); vcpu++) {
            MemorySegment control = image.asSlice(controlOffsetBytes(vcpu), ControlBlock.BYTES);
            ControlBlock.fill(control, plan, vcpu, RamBlock::guestPhysicalAddress, ledgerAddress);
        }
        TaskState.fill(image.asSlice(taskStateOffsetBytes, TaskState.BYTES));
        writeTables(image);
    }

    private void writeTables(MemorySegment image) {
        long pdpt = tablesOffsetBytes + PAGE_BYTES;
        image.set(WORD, tablesOffsetBytes, home.guestPhysicalAddress() + pdpt | TABLE_ENTRY);
        long directory = pdpt + PAGE_BYTES;
        for (long gib : directories) {
            image.set(WORD, pdpt + gib * Long.BYTES, home.guestPhysicalAddress() + directory | TABLE_ENTRY);
            for (RamBlock block : memory.blocks()) {
                writeDirectory(image, directory, gib << DIRECTORY_SHIFT, block);
            }
            directory += PAGE_BYTES;
        }
    }

    private static void writeDirectory(MemorySegment image, long directory, long gibAddress, RamBlock block) {
        long from = Math.max(gibAddress, block.guestPhysicalAddress()) >>> LARGE_PAGE_SHIFT;
        long end =
                Math.min(gibAddress + (1L << DIRECTORY_SHIFT), block.guestPhysicalAddress() + block.usedLengthBytes());
        for (long page = from; page << LARGE_PAGE_SHIFT < end; page++) {
            long entry = page - (gibAddress >>> LARGE_PAGE_SHIFT);
            image.set(WORD, directory + entry * Long.BYTES, page << LARGE_PAGE_SHIFT | LARGE_PAGE_ENTRY);
        }
    }
}
