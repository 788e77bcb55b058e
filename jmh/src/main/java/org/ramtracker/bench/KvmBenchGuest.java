package org.ramtracker.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.linux.KvmDirtyLog;
import org.ramtracker.linux.KvmDirtyRing;
import org.ramtracker.sim.kvm.KvmVcpu;
import org.ramtracker.sim.kvm.KvmVm;
import org.ramtracker.sim.kvm.TaskState;
import org.ramtracker.sim.kvm.VcpuRegisters;

/**
 * Writes by a vCPU, whose program finds address, count and stride in its memory:
 *
 * <pre>
 *   start: mov r9, [rdi]       4C 8B 0F
 *          mov r10, [rdi+8]    4C 8B 57 08
 *          mov rcx, [rdi+16]   48 8B 4F 10
 *   page:  mov [r9], r10       4D 89 11
 *          add r9, rcx         49 01 C9
 *          dec r10             49 FF CA
 *          jnz page            75 F5
 *          out 0x10, eax       E7 10
 *          jmp start           EB E6
 *
 *   boot block, in pages       0 task state segment   1 program, arguments   2 PML4   3 PDPT   4 page directories
 * </pre>
 */
final class KvmBenchGuest extends BenchGuest {
    private static final byte[] CODE =
            code("4C8B0F" + "4C8B5708" + "488B4F10" + "4D8911" + "4901C9" + "49FFCA" + "75F5" + "E710" + "EBE6");
    private static final long TASK_STATE = 0;
    private static final long PROGRAM = PAGE_BYTES;
    private static final long ARGUMENTS = PROGRAM + 2048;
    private static final long PML4 = 2 * PAGE_BYTES;
    private static final long PDPT = 3 * PAGE_BYTES;
    private static final long DIRECTORIES = 4 * PAGE_BYTES;
    private static final int RING_ENTRIES = 65_536;
    private static final long TABLE = 7;
    private static final long LARGE_PAGE = 0x87;

    private final KvmVm vm;
    private final KvmVcpu vcpu;
    private final DirtyLog log;
    private final Runnable onRingFull;
    private final Runnable closeLog;

    KvmBenchGuest(int gib, LogSource source) throws IOException {
        super(gib);
        writeBootBlock(boot().segment(), gib + 1);
        this.vm = KvmVm.create(memory(), 1, source == LogSource.KVM_RING ? RING_ENTRIES : 0);
        this.vcpu = vm.vcpus().getFirst();
        VcpuRegisters registers = VcpuRegisters.allocate();
        vcpu.readRegisters(registers);
        registers.setUserMode64(PML4, TASK_STATE);
        registers.setProgram(PROGRAM, ARGUMENTS, ARGUMENTS);
        vcpu.writeRegisters(registers);
        if (source == LogSource.KVM_RING) {
            KvmDirtyRing ring = vm.openRing();
            log = ring;
            onRingFull = ring::onRingFull;
            closeLog = ring::close;
        } else {
            KvmDirtyLog bitmap = vm.openLog(
                    source == LogSource.KVM_LOG ? KvmDirtyLog.Clearing.BY_GET : KvmDirtyLog.Clearing.BY_CLEAR);
            log = bitmap;
            onRingFull = () -> {};
            closeLog = bitmap::close;
        }
    }

    private static void writeBootBlock(MemorySegment memory, int gibs) {
        TaskState.fill(memory.asSlice(TASK_STATE, TaskState.BYTES));
        copy(CODE, memory, PROGRAM);
        putLongs(memory, PML4, PDPT | TABLE);
        for (int gib = 0; gib < gibs; gib++) {
            long directory = DIRECTORIES + gib * (long) PAGE_BYTES;
            putLongs(memory, PDPT + gib * 8L, directory | TABLE);
            for (int i = 0; i < 512; i++) {
                putLongs(memory, directory + i * 8L, ((gib * 512L + i) << 21) | LARGE_PAGE);
            }
        }
    }

    @Override
    void store(long offsetBytes, long count, long strideBytes) {
        putLongs(boot().segment(), ARGUMENTS, ram().guestPhysicalAddress() + offsetBytes, count, strideBytes);
        try {
            vcpu.runUntilOut(onRingFull, (port, value) -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    DirtyLog log() {
        return log;
    }

    @Override
    public void close() throws IOException {
        closeLog.run();
        vm.close();
        super.close();
    }
}
