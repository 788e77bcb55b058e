package org.ramtracker.example;

// docs:begin logs
import java.io.IOException;
import java.util.List;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.UnionDirtyLog;
import org.ramtracker.libc.LinuxCalls;
import org.ramtracker.linux.KvmApi;
import org.ramtracker.linux.KvmDirtyLog;
import org.ramtracker.linux.KvmDirtyLog.Clearing;
import org.ramtracker.linux.KvmDirtyRing;
import org.ramtracker.linux.KvmSlots;
import org.ramtracker.linux.PagemapScanLog;
import org.ramtracker.linux.Probe;
import org.ramtracker.memory.GuestMemory;

/** How a VMM gets at the kernel's dirty logs. What is opened here is closed before the VM and its memory are. */
public final class KernelLogsExample {
    /** Entries of each vCPU's ring: 1 MiB a vCPU. */
    public static final int RING_ENTRIES = 65_536;

    private KernelLogsExample() {}

    /** Without KVM, or when other threads of this process write guest memory too: every store to the memory is seen. */
    public static PagemapScanLog logOfAllWrites(GuestMemory memory) throws IOException {
        require("PAGEMAP_SCAN", PagemapScanLog.probe());
        return PagemapScanLog.open(memory);
    }

    /** KVM's bitmaps: whenever the VM was not given rings. The slots may also be the VMM's own, {@code new KvmSlots(...)}. */
    public static KvmDirtyLog logOfVcpuWrites(int vmFd, GuestMemory memory) throws IOException {
        require("KVM's dirty log", KvmDirtyLog.probe(Clearing.BY_CLEAR));
        KvmSlots slots = KvmSlots.ofBlocks(vmFd, memory);
        slots.install(); // a VMM that has given the VM its memory already does not do it again
        return KvmDirtyLog.open(slots, Clearing.BY_CLEAR);
    }

    /** KVM's rings, step 1: after KVM_CREATE_VM and before the first KVM_CREATE_VCPU. */
    public static void giveRings(int vmFd) throws IOException {
        require("KVM's dirty ring", KvmDirtyRing.probe());
        KvmDirtyRing.enable(vmFd, RING_ENTRIES);
    }

    /** Step 2: when all vCPUs are there. */
    public static KvmDirtyRing openRings(int vmFd, GuestMemory memory, int... vcpuFds) throws IOException {
        KvmSlots slots = KvmSlots.ofBlocks(vmFd, memory);
        slots.install();
        return KvmDirtyRing.open(slots, RING_ENTRIES, vcpuFds);
    }

    /** Step 3, in the thread of each vCPU, after each KVM_RUN: the reason is at byte 8 of {@code struct kvm_run}. */
    public static boolean makeRoom(int exitReason, KvmDirtyRing rings) {
        if (exitReason != KvmApi.KVM_EXIT_DIRTY_RING_FULL) {
            return false;
        }
        rings.onRingFull(); // what was in the rings is kept for the next sync
        return true; // nothing else happened: KVM_RUN again
    }

    /** Returns what KVM_RUN returned, or the negative errno; EINTR and EAGAIN are part of its work. */
    public static int run(int vcpuFd) {
        return LinuxCalls.ioctlOrErrno(vcpuFd, KvmApi.KVM_RUN, 0);
    }

    /** KVM does not know what devices write; they mark it, with a {@code TrackedWriter}, and the union knows both. */
    public static UnionDirtyLog withDevices(GuestMemory memory, DirtyLog vcpuWrites, DirtyBitmap deviceMarks) {
        return new UnionDirtyLog(memory.pages(), List.of(vcpuWrites, new DirtyBitmapLog(deviceMarks)));
    }

    private static void require(String what, Probe probe) throws IOException {
        if (!probe.available()) {
            throw new IOException(what + " is not available: " + probe.detail());
        }
    }
}
// docs:end logs
