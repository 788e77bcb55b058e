package org.ramtracker.sim.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.LinuxCalls;
import org.ramtracker.linux.KvmApi;
import org.ramtracker.linux.KvmDirtyLog;
import org.ramtracker.linux.KvmDirtyRing;
import org.ramtracker.linux.KvmSlots;
import org.ramtracker.linux.Probe;
import org.ramtracker.memory.GuestMemory;

/**
 * A virtual machine: the blocks of a memory as its slots, and some vCPUs. No interrupts, no devices.
 *
 * <p>Threads: each vCPU has its own; everything else one at a time.
 */
public final class KvmVm implements AutoCloseable {
    private static final String DEVICE = "/dev/kvm";
    private static final int CPUID_ENTRIES_MAX = 256;
    private static final int CPUID_HEADER_BYTES = 8;
    private static final int CPUID_ENTRY_BYTES = 40;

    private final int ringEntries;
    private final int fd;
    private final List<KvmVcpu> vcpus = new ArrayList<>();
    private final KvmSlots slots;
    private boolean open = true;

    private KvmVm(int fd, KvmSlots slots, int ringEntries) {
        this.fd = fd;
        this.slots = slots;
        this.ringEntries = ringEntries;
    }

    /**
     * Makes a machine. Does not touch its memory.
     *
     * @param memory what it sees
     * @param vcpuCount how many vCPUs
     * @param ringEntries entries of each vCPU's dirty ring, a power of two; 0 = dirty bitmaps instead of rings
     * @return the machine
     * @throws IOException with the reason in words if this host cannot run it; nothing stays open
     */
    public static KvmVm create(GuestMemory memory, int vcpuCount, int ringEntries) throws IOException {
        Probe probe = ringEntries == 0 ? KvmDirtyLog.probe(KvmDirtyLog.Clearing.BY_GET) : KvmDirtyRing.probe();
        if (!probe.available()) {
            throw new IOException("this host cannot run the guest on KVM: " + probe.detail());
        }
        int kvmFd = Libc.open(DEVICE, Libc.O_RDWR | Libc.O_CLOEXEC);
        try {
            return create(kvmFd, memory, vcpuCount, ringEntries);
        } finally {
            Libc.close(kvmFd);
        }
    }

    private static KvmVm create(int kvmFd, GuestMemory memory, int vcpuCount, int ringEntries) throws LibcException {
        KvmVm vm = withSlots(LinuxCalls.ioctl(kvmFd, KvmApi.KVM_CREATE_VM, 0), memory, ringEntries);
        try {
            vm.addVcpus(kvmFd, vcpuCount);
            vm.slots.install();
            return vm;
        } catch (LibcException | RuntimeException e) {
            vm.close();
            throw e;
        }
    }

    private static KvmVm withSlots(int fd, GuestMemory memory, int ringEntries) throws LibcException {
        try {
            return new KvmVm(fd, KvmSlots.ofBlocks(fd, memory), ringEntries);
        } catch (LibcException | RuntimeException e) {
            Libc.close(fd);
            throw e;
        }
    }

    private void addVcpus(int kvmFd, int count) throws LibcException {
        if (ringEntries > 0) {
            KvmDirtyRing.enable(fd, ringEntries);
        }
        try (Arena arena = Arena.ofConfined()) {
            int runBytes = LinuxCalls.ioctl(kvmFd, KvmApi.KVM_GET_VCPU_MMAP_SIZE, 0);
            MemorySegment cpuid = supportedCpuid(kvmFd, arena);
            for (int number = 0; number < count; number++) {
                vcpus.add(KvmVcpu.create(fd, number, runBytes, cpuid));
            }
        }
    }

    private void closeVcpus() throws LibcException {
        for (KvmVcpu vcpu : vcpus) {
            vcpu.close();
        }
    }

    /** {@code struct kvm_cpuid2}: u32 number of entries, u32 padding, entries; what the host has, the guest has. */
    private static MemorySegment supportedCpuid(int kvmFd, Arena arena) throws LibcException {
        MemorySegment cpuid = arena.allocate(CPUID_HEADER_BYTES + CPUID_ENTRIES_MAX * CPUID_ENTRY_BYTES, Long.BYTES);
        cpuid.set(JAVA_INT, 0, CPUID_ENTRIES_MAX);
        int ignored = LinuxCalls.ioctl(kvmFd, KvmApi.KVM_GET_SUPPORTED_CPUID, cpuid);
        return cpuid;
    }

    /**
     * Its processors.
     *
     * @return in the order of their numbers
     */
    public List<KvmVcpu> vcpus() {
        return List.copyOf(vcpus);
    }

    /**
     * KVM's bitmaps of written pages; for a machine without rings.
     *
     * @param clearing when pages are protected again
     * @return the log, to be closed before the machine
     */
    public KvmDirtyLog openLog(KvmDirtyLog.Clearing clearing) {
        return KvmDirtyLog.open(slots, clearing);
    }

    /**
     * The rings of the vCPUs; for a machine that has them.
     *
     * @return the log, to be closed before the machine
     * @throws LibcException if they cannot be mapped
     */
    public KvmDirtyRing openRing() throws LibcException {
        return KvmDirtyRing.open(
                slots, ringEntries, vcpus.stream().mapToInt(KvmVcpu::fd).toArray());
    }

    /**
     * Takes the memory away, which ends KVM_RUN for good on every vCPU, whatever it is doing.
     *
     * @throws LibcException if KVM refuses
     */
    public void removeMemory() throws LibcException {
        slots.remove();
    }

    /** Ends the machine; no vCPU runs any more. Closing twice does nothing. */
    @Override
    public void close() throws LibcException {
        if (!open) {
            return;
        }
        open = false;
        closeVcpus();
        Libc.close(fd);
    }
}
