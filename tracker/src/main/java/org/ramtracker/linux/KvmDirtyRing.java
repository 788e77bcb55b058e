package org.ramtracker.linux;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.LinuxCalls;
import org.ramtracker.memory.RamBlock;

/**
 * KVM's rings of written pages, one for each vCPU: the cost of a sync is that of the pages written, however large the guest.
 *
 * <p>The life of a ring:
 *
 * <pre>
 *   VM:     KVM_CREATE_VM, {@link #enable}, KVM_CREATE_VCPU ..., slots installed, {@link #open}
 *   vCPU:   KVM_RUN returns with KVM_EXIT_DIRTY_RING_FULL: {@link #onRingFull}, then KVM_RUN again
 *   log:    {@link #start}, {@link #sync} ..., {@link #stop}; again, or {@link #close} before the vCPUs are closed
 * </pre>
 *
 * <p><b>Why no write is lost.</b> A page is protected (or its hardware dirty bit is clear) while no entry is about it. The first
 * write pushes an entry. The collector, which is whoever syncs or has a full ring, harvests entries into a bitmap of marks and
 * then resets them, which protects their pages again; a sync moves the marks into the set only after that. So the order is fetch,
 * protect, and after the sync has returned, copy. A write before the reset is in the bytes that are copied after it, a write
 * after it pushes another entry. If the reset fails the marks stay in the log, because pages that were not protected again must
 * not be copied.
 *
 * <p>KVM may reset a part only, if a signal is pending; it is asked again until all entries that were harvested are reset.
 *
 * <p><b>Entries of vCPUs that are not in KVM_RUN</b> stay in their rings and are harvested by the next sync. On processors that
 * log pages in a buffer of their own (Intel's PML) a running vCPU's last pages may be in that buffer, which is emptied when the
 * vCPU leaves the guest. A write is therefore complete, in the sense of the port, when its vCPU has left KVM_RUN: the pause
 * before the last sync does that. Where KVM also writes on behalf of no vCPU and keeps a bitmap for that (not on x86)
 * {@link #probe} says that the ring is not available.
 *
 * <p>Without rings a slot's log is KVM's bitmap; with them KVM refuses {@link KvmDirtyLog}. A slot whose flag is off pushes
 * nothing, so a guest whose log does not run is at full speed.
 *
 * <p>Over-reporting: where guest pages are larger than host pages a page is reported for a write anywhere in it; after a start,
 * what was harvested before.
 *
 * <p>Threads: {@link #start}, {@link #sync} and {@link #stop} as the port says; {@link #onRingFull} from every vCPU's thread;
 * {@link #close} from any. One collects at a time and the others wait for it, which is KVM's rule too. A sync allocates nothing.
 */
public final class KvmDirtyRing extends KernelLog {
    /** So many resets in a row that reset nothing are not due to signals. */
    private static final int FRUITLESS_RESETS_MAX = 1_000;

    private final KvmSlots slots;
    private final List<KvmVcpuRing> rings = new ArrayList<>();
    private final @Nullable KvmSlot[] slotById;
    private final DirtyBitmap marks;
    private final KvmVcpuRing.Sink marking = this::markHostPage;
    private long entriesReset;

    private KvmDirtyRing(KvmSlots slots) {
        this.slots = slots;
        this.marks = new DirtyBitmap(slots.memory().pages());
        int idMax = slots.slots().stream().mapToInt(KvmSlot::id).max().orElse(0);
        this.slotById = new KvmSlot[idMax + 1];
        slots.slots().forEach(slot -> slotById[slot.id()] = slot);
    }

    /**
     * Whether this host has it.
     *
     * @return available, or why not
     */
    public static Probe probe() {
        return KvmProbe.probeRing(Path.of(KvmProbe.DEVICE));
    }

    /**
     * Gives a VM rings. Before its first vCPU, and once for all.
     *
     * @param vmFd the VM's descriptor
     * @param entries entries of each vCPU's ring, a power of two; {@link #probe} tells the limit. 65,536 are 1 MiB a vCPU
     * @throws LibcException if KVM refuses: {@code EINVAL} if it has no rings, if there is a vCPU already, or if
     *     {@code entries} is not one that it takes
     */
    public static void enable(int vmFd, int entries) throws LibcException {
        KvmEnableCap.enable(vmFd, KvmApi.KVM_CAP_DIRTY_LOG_RING_ACQ_REL, (long) entries * KvmVcpuRing.ENTRY_BYTES);
    }

    /**
     * Maps the rings of a VM's vCPUs. The log does not run yet. The descriptors stay the VMM's, which closes the log first.
     *
     * @param slots the slots of the VM, which are there when the log is started
     * @param entries as given to {@link #enable}
     * @param vcpuFds the descriptors of all its vCPUs
     * @return the log
     * @throws LibcException if KVM refuses; nothing stays mapped
     */
    public static KvmDirtyRing open(KvmSlots slots, int entries, int... vcpuFds) throws LibcException {
        KvmDirtyRing log = new KvmDirtyRing(slots);
        try {
            for (int vcpuFd : vcpuFds) {
                log.rings.add(KvmVcpuRing.map(vcpuFd, entries, slots.hostPageBytes(), log.arena));
            }
            return log;
        } catch (LibcException | RuntimeException | Error e) {
            log.close();
            throw e;
        }
    }

    @Override
    void begin() throws LibcException {
        slots.startLogging();
    }

    /**
     * Makes room in the rings, for a vCPU whose KVM_RUN has returned with {@link KvmApi#KVM_EXIT_DIRTY_RING_FULL}; then it may
     * run again. What was in them is kept for the next sync, whether or not the log runs.
     *
     * @throws UncheckedIOException if KVM refuses; nothing is lost, and the vCPU cannot go on
     * @throws IllegalStateException if the log is closed
     */
    public synchronized void onRingFull() {
        checkOpen();
        try {
            collect();
        } catch (LibcException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    long collectInto(PageBitmap pending) throws LibcException {
        collect();
        return marks.harvestInto(pending);
    }

    /** Rings into marks, and then protects the pages again. */
    private void collect() throws LibcException {
        for (int i = 0; i < rings.size(); i++) { // an iterator would be an allocation
            rings.get(i).harvest(marking);
        }
        resetHarvested();
    }

    private void resetHarvested() throws LibcException {
        long entriesHarvested = entriesHarvested();
        int fruitless = 0;
        while (entriesReset < entriesHarvested) {
            int reset = LinuxCalls.ioctl(slots.vmFd(), KvmApi.KVM_RESET_DIRTY_RINGS, 0);
            entriesReset += reset;
            fruitless = reset == 0 ? fruitless + 1 : 0;
            if (fruitless > FRUITLESS_RESETS_MAX) {
                throw new IllegalStateException("KVM has reset %d of %d entries of its dirty rings, and resets no more"
                        .formatted(entriesReset, entriesHarvested));
            }
        }
    }

    private long entriesHarvested() {
        long sum = 0;
        for (int i = 0; i < rings.size(); i++) {
            sum += rings.get(i).harvested();
        }
        return sum;
    }

    /** The upper half of a slot's number is an address space, of which we use the first. */
    private void markHostPage(int slotId, long hostPage) {
        KvmSlot slot = slotId >= 0 && slotId < slotById.length ? slotById[slotId] : null;
        if (slot == null) {
            throw new IllegalStateException("a dirty ring names slot %d, page 0x%x, which this log was not told of"
                    .formatted(slotId, hostPage));
        }
        RamBlock block = slot.block();
        long offsetBytes = slot.offsetBytes() + hostPage * slots.hostPageBytes();
        long firstPage = block.pageAt(offsetBytes);
        marks.mark(firstPage, block.pageAt(offsetBytes + slots.hostPageBytes() - 1) + 1 - firstPage);
    }

    /** Empties the rings too, so that no vCPU exits for them any more. */
    @Override
    void end() throws LibcException {
        Failures failures = new Failures();
        failures.collect(slots::stopLogging);
        failures.collect(this::collect);
        failures.throwAny();
    }

    @Override
    void release() {
        marks.close();
    }
}
