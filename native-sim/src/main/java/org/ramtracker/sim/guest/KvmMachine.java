package org.ramtracker.sim.guest;

import java.io.IOException;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.linux.KvmDirtyLog;
import org.ramtracker.linux.KvmDirtyRing;
import org.ramtracker.sim.kvm.KvmVm;

/**
 * A virtual machine with the dirty log that was chosen for it, which decides how the machine is made.
 *
 * @param vm the machine
 * @param map what the guest keeps in its memory
 * @param log what vCPUs and machine write
 * @param onRingFull makes room in the vCPUs' dirty rings
 */
record KvmMachine(KvmVm vm, KvmMap map, GuestLog log, Runnable onRingFull) {
    /** 128 KiB for each vCPU; a guest that writes more pages than that between two syncs leaves KVM_RUN now and then. */
    private static final int RING_ENTRIES = 8192;

    static KvmMachine create(KvmMap map, GuestPlan plan, DirtySource source, DirtyBitmap marks) throws IOException {
        int ringEntries = source == DirtySource.KVM_RING ? RING_ENTRIES : 0;
        KvmVm vm = KvmVm.create(plan.memory(), plan.spec().threads(), ringEntries);
        try {
            return switch (source) {
                case KVM_LOG -> withLog(vm, map, KvmDirtyLog.Clearing.BY_GET, marks);
                case KVM_CLEAR -> withLog(vm, map, KvmDirtyLog.Clearing.BY_CLEAR, marks);
                case KVM_RING -> withRing(vm, map, marks);
                case PAGEMAP -> new KvmMachine(vm, map, GuestLog.ofPagemap(plan.memory()), KvmMachine::noRing);
                case MARKS -> throw new IllegalArgumentException("a vCPU makes no marks");
            };
        } catch (IOException | RuntimeException e) {
            vm.close();
            throw e;
        }
    }

    private static KvmMachine withLog(KvmVm vm, KvmMap map, KvmDirtyLog.Clearing clearing, DirtyBitmap marks)
            throws IOException {
        KvmDirtyLog log = vm.openLog(clearing);
        return new KvmMachine(vm, map, GuestLog.united(log, log::close, marks), KvmMachine::noRing);
    }

    private static KvmMachine withRing(KvmVm vm, KvmMap map, DirtyBitmap marks) throws IOException {
        KvmDirtyRing ring = vm.openRing();
        return new KvmMachine(vm, map, GuestLog.united(ring, ring::close, marks), ring::onRingFull);
    }

    private static void noRing() {
        throw new IllegalStateException("KVM reports a full dirty ring, and the machine has none");
    }
}
