package org.ramtracker.linux;

import java.nio.file.Path;
import java.util.List;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.libc.LibcException;

/**
 * KVM's bitmap of written pages, one for each memory slot. It knows what vCPUs wrote, and what KVM wrote for them; what the VMM
 * itself writes into guest memory it does not know, so unite it with the VMM's own marks
 * ({@link org.ramtracker.dirty.UnionDirtyLog}).
 *
 * <p><b>Why no write is lost.</b> A page is protected while its bit is 0. The first write faults, KVM sets the bit and lifts the
 * protection. The order of a sync is fetch, protect, and only then, after it has returned, copy:
 *
 * <pre>
 *   {@link Clearing#BY_GET}      GET_DIRTY_LOG: exchange each word with 0, protect its pages                    | copy
 *   {@link Clearing#BY_CLEAR}    GET_DIRTY_LOG: read | add to the set | CLEAR_DIRTY_LOG: clear what was read, protect | copy
 * </pre>
 *
 * <p>A write before the protection is in the bytes that are copied after it. A write after it faults and sets the bit again, for
 * the next sync. With {@code BY_CLEAR} a page that is first written between the two requests was not read, hence is not cleared.
 * Copying before the protection would lose the writes between the two.
 *
 * <p>Pages are added to the set before they are cleared. If CLEAR fails they are in both; if GET fails, all pages of its slot are
 * added, because it may have cleared them.
 *
 * <p><b>Which to choose.</b> {@code BY_GET} protects a whole slot under KVM's lock, and vCPUs that fault wait. {@code BY_CLEAR}
 * protects in chunks of at most {@value #CHUNK_PAGES} pages and lets them in between.
 *
 * <p>Over-reporting: where guest pages are larger than host pages a page is reported for a write anywhere in it. Nothing else.
 *
 * <p>Threads: {@link #start}, {@link #sync} and {@link #stop} as the port says; {@link #close} from any thread, and it waits for
 * a sync that is under way. vCPUs run meanwhile. One log at a time for a VM. A VM with rings
 * has no bitmaps, and the start is refused. Once the log is stopped KVM maps huge pages again.
 *
 * <p>The bitmaps are allocated once, 32 KiB for each GiB; a sync allocates nothing.
 */
public final class KvmDirtyLog extends KernelLog {
    /** How many pages one CLEAR_DIRTY_LOG protects at most: 64 times 1024. */
    static final long CHUNK_PAGES = 65_536;

    private static final int MANUAL_PROTECT_ENABLE = 1;

    /** When pages that were fetched are cleared and protected. */
    public enum Clearing {
        /** By the request that fetches. */
        BY_GET,
        /** By requests of their own, in chunks (KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, Linux 5.0). */
        BY_CLEAR
    }

    private final KvmSlots slots;
    private final Clearing clearing;
    private final long chunkWords;
    private final KvmLogRequests requests;
    private final List<KvmSlotLog> slotLogs;
    private final FoundPages found = new FoundPages();

    private KvmDirtyLog(KvmSlots slots, Clearing clearing, long chunkPages) {
        this.slots = slots;
        this.clearing = clearing;
        this.chunkWords = chunkPages / Long.SIZE;
        this.requests = new KvmLogRequests(slots.vmFd(), arena);
        this.slotLogs = slots.slots().stream()
                .map(slot -> new KvmSlotLog(slot, slots, arena))
                .toList();
    }

    /**
     * Whether this host has it.
     *
     * @param clearing in which form
     * @return available, or why not
     */
    public static Probe probe(Clearing clearing) {
        return KvmProbe.probeLog(Path.of(KvmProbe.DEVICE), clearing);
    }

    /**
     * A log that does not run yet. The descriptor of the VM stays the VMM's, which closes the log first.
     *
     * @param slots the slots of the VM, which are there when the log is started
     * @param clearing how
     * @return the log
     */
    public static KvmDirtyLog open(KvmSlots slots, Clearing clearing) {
        return open(slots, clearing, CHUNK_PAGES);
    }

    static KvmDirtyLog open(KvmSlots slots, Clearing clearing, long chunkPages) {
        return new KvmDirtyLog(slots, clearing, chunkPages);
    }

    @Override
    void begin() throws LibcException {
        chooseClearing();
        slots.startLogging();
        askOnce();
    }

    /** Finds out now, and not in the first sync, whether KVM will answer. What was written until here may be forgotten. */
    private void askOnce() throws LibcException {
        for (KvmSlotLog slotLog : slotLogs) {
            slotLog.fetch(requests);
        }
    }

    private void chooseClearing() throws LibcException {
        boolean manual = clearing == Clearing.BY_CLEAR;
        if (manual || KvmEnableCap.worth(slots.vmFd(), KvmApi.KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2) > 0) {
            KvmEnableCap.enable(
                    slots.vmFd(), KvmApi.KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, manual ? MANUAL_PROTECT_ENABLE : 0);
        }
    }

    @Override
    long collectInto(PageBitmap pending) throws LibcException {
        found.reset();
        for (int i = 0; i < slotLogs.size(); i++) { // an iterator would be an allocation
            sync(slotLogs.get(i), pending);
        }
        return found.count();
    }

    private void sync(KvmSlotLog slotLog, PageBitmap pending) throws LibcException {
        slotLog.fetch(requests, pending);
        if (clearing == Clearing.BY_CLEAR) {
            slotLog.findAndClear(requests, chunkWords, found, pending);
        } else {
            slotLog.find(found, pending);
        }
    }

    @Override
    void end() throws LibcException {
        slots.stopLogging();
    }
}
