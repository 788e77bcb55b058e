package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LinuxCalls;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/**
 * The smallest VM that can write its memory: vCPUs in 64-bit mode at privilege level 3, whose program stores a number at the
 * addresses {@code start + i * stride}, reports by port output, and begins again with the next number. Its page tables and code are in
 * a slot of their own, which is not logged, so that nothing but these stores is in the logs.
 *
 * <p>That the program may do port output is said twice: by the privilege level in its flags, and by an I/O permission bitmap
 * of zeros in a task state segment, because nested hosts were seen to lose the former.
 *
 * <pre>
 *   guest-physical 1 GiB    PML4 | page directory pointers | a page directory for each GiB | task state | code
 *
 *     sweep: mov r9, rdi      49 89 F9        start address
 *            mov r10, rdx     49 89 D2        how many stores
 *     page:  mov [r9], r8     4D 89 01        the number
 *            add r9, rcx      49 01 C9        stride
 *            dec r10          49 FF CA
 *            jnz page         75 F5
 *            inc r8           49 FF C0
 *            out 0x10, al     E6 10
 *            jmp sweep        EB E8
 * </pre>
 */
final class TinyVm implements AutoCloseable {
    private static final byte[] CODE = HexFormat.of()
            .parseHex("4989F9" + "4989D2" + "4D8901" + "4901C9" + "49FFCA" + "75F5" + "49FFC0" + "E610" + "EBE8");
    private static final long BOOT_ADDRESS = 1L << 30;
    private static final int BOOT_SLOT = 1000;
    private static final int GIBS = 8;
    private static final int BOOT_PAGES = 4 + GIBS;
    private static final long TASK_STATE_ADDRESS = BOOT_ADDRESS + (BOOT_PAGES - 2) * 4096L;
    private static final long CODE_ADDRESS = BOOT_ADDRESS + (BOOT_PAGES - 1) * 4096L;

    private final GuestMemory boot;
    private final FileHandle vm;
    private final List<TinyVcpu> vcpus = new ArrayList<>();
    private final KvmSlots slots;

    /** A VM on memory outside {@code [1 GiB, 2 GiB)}, with rings if it shall have entries in them. */
    TinyVm(List<KvmSlot> slots, GuestMemory memory, int vcpuCount, int ringEntries) throws IOException {
        this.boot = GuestMemory.builder(PageSize.KIB_4)
                .block("boot", BOOT_ADDRESS, BOOT_PAGES * 4096L, new Backing.Anonymous())
                .build();
        try (FileHandle kvm = FileHandle.open("/dev/kvm", Libc.O_RDWR)) {
            vm = new FileHandle(LinuxCalls.ioctl(kvm.fd(), KvmApi.KVM_CREATE_VM, 0));
            if (ringEntries > 0) {
                KvmDirtyRing.enable(vm.fd(), ringEntries);
            }
            writeBootMemory(boot.blocks().getFirst().segment());
            new KvmSlots(vm.fd(), boot, List.of(bootSlot())).install();
            this.slots = new KvmSlots(vm.fd(), memory, slots);
            this.slots.install();
            int runBytes = LinuxCalls.ioctl(kvm.fd(), KvmApi.KVM_GET_VCPU_MMAP_SIZE, 0);
            for (int id = 0; id < vcpuCount; id++) {
                int fd = LinuxCalls.ioctl(vm.fd(), KvmApi.KVM_CREATE_VCPU, id);
                vcpus.add(new TinyVcpu(fd, runBytes, BOOT_ADDRESS, TASK_STATE_ADDRESS, CODE_ADDRESS));
            }
        }
    }

    static TinyVm of(GuestMemory memory, int vcpuCount, int ringEntries) throws IOException {
        return new TinyVm(KvmSlot.ofBlocks(memory), memory, vcpuCount, ringEntries);
    }

    private KvmSlot bootSlot() {
        return new KvmSlot(BOOT_SLOT, boot.blocks().getFirst(), 0, BOOT_PAGES * 4096L);
    }

    private static void writeBootMemory(MemorySegment memory) {
        memory.set(JAVA_LONG, 0, (BOOT_ADDRESS + 4096) | 7);
        for (int gib = 0; gib < GIBS; gib++) {
            long directory = (2L + gib) * 4096;
            memory.set(JAVA_LONG, 4096 + gib * 8L, (BOOT_ADDRESS + directory) | 7);
            for (int i = 0; i < 512; i++) {
                memory.set(JAVA_LONG, directory + i * 8L, ((gib * 512L + i) << 21) | 0x87);
            }
        }
        MemorySegment.copy(
                MemorySegment.ofArray(CODE), JAVA_BYTE, 0, memory, JAVA_BYTE, (BOOT_PAGES - 1) * 4096L, CODE.length);
    }

    int fd() {
        return vm.fd();
    }

    KvmSlots slots() {
        return slots;
    }

    TinyVcpu vcpu(int id) {
        return vcpus.get(id);
    }

    int[] vcpuFds() {
        return vcpus.stream().mapToInt(TinyVcpu::fd).toArray();
    }

    @Override
    public void close() throws IOException {
        for (TinyVcpu vcpu : vcpus) {
            vcpu.close();
        }
        vm.close();
        boot.close();
    }
}
