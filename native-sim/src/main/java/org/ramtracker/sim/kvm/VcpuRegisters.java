package org.ramtracker.sim.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The registers of a vCPU: {@code struct kvm_regs} and behind it {@code struct kvm_sregs} ({@code asm/kvm.h} of x86), in host
 * byte order.
 *
 * <pre>
 *   regs   0 rax rbx rcx rdx rsi rdi rsp rbp   64 r8 r9 r10 r11 r12 r13 r14 r15   128 rip rflags            144 bytes
 *   sregs  0 cs ds es fs gs ss tr ldt          192 gdt idt   224 cr0 cr2 cr3 cr4 cr8 efer   272 ...         312 bytes
 *   segment, 24 bytes
 *          0 base   8 limit   12 selector   14 type   15 present   16 dpl   17 db   18 s   19 l   20 g   21 avl   22 unusable
 * </pre>
 *
 * @param segment {@link #BYTES} bytes
 */
public record VcpuRegisters(MemorySegment segment) {
    /** Both structures. */
    public static final int BYTES = 144 + 312;

    static final long REGS_BYTES = 144;
    static final long SREGS_BYTES = 312;

    private static final long RSP = 48;
    private static final long RDI = 40;
    private static final long R12 = 96;
    private static final long RIP = 128;
    private static final long RFLAGS = 136;
    private static final long CS = REGS_BYTES;
    private static final long[] DATA_SEGMENTS = {
        REGS_BYTES + 24, REGS_BYTES + 48, REGS_BYTES + 72, REGS_BYTES + 96, REGS_BYTES + 120
    };
    private static final long TR = REGS_BYTES + 144;
    private static final long CR0 = REGS_BYTES + 224;
    private static final long CR3 = REGS_BYTES + 240;
    private static final long CR4 = REGS_BYTES + 248;
    private static final long EFER = REGS_BYTES + 264;

    /** Bit 1, which is always set, and I/O privilege level 3, by which a program may use ports where the host keeps it. */
    private static final long RFLAGS_IOPL_3 = 0x3002;

    /** PE, MP, ET, NE, WP, AM, PG. */
    private static final long CR0_PAGING = 0x80050033L;

    /** PAE, OSFXSR. */
    private static final long CR4_PAE = 0x220;

    /** LME, LMA. */
    private static final long EFER_LONG_MODE = 0x500;

    /**
     * Registers that are all 0.
     *
     * @return native memory that is freed when nobody uses it any more
     */
    public static VcpuRegisters allocate() {
        return new VcpuRegisters(Arena.ofAuto().allocate(BYTES, Long.BYTES));
    }

    MemorySegment regs() {
        return segment.asSlice(0, REGS_BYTES);
    }

    MemorySegment sregs() {
        return segment.asSlice(REGS_BYTES, SREGS_BYTES);
    }

    /**
     * Enters 64-bit mode at privilege level 3, with paging. At level 0 some nested hosts emulate each instruction.
     *
     * @param pageTable guest-physical address of the top page table
     * @param taskState address of a {@link TaskState}, by which a program may use ports where the host loses its privilege level
     */
    public void setUserMode64(long pageTable, long taskState) {
        setSegment(CS, 0x0b, 11, 0, 1);
        for (long data : DATA_SEGMENTS) {
            setSegment(data, 0x13, 3, 1, 0);
        }
        setTaskState(taskState);
        segment.set(JAVA_LONG, CR3, pageTable);
        segment.set(JAVA_LONG, CR4, CR4_PAE);
        segment.set(JAVA_LONG, CR0, CR0_PAGING);
        segment.set(JAVA_LONG, EFER, EFER_LONG_MODE);
        segment.set(JAVA_LONG, RFLAGS, RFLAGS_IOPL_3);
    }

    private void setSegment(long at, int selector, int type, int db, int l) {
        segment.set(JAVA_LONG, at, 0);
        segment.set(JAVA_INT, at + 8, -1);
        segment.set(JAVA_SHORT, at + 12, (short) selector);
        segment.set(JAVA_BYTE, at + 14, (byte) type);
        segment.set(JAVA_BYTE, at + 15, (byte) 1);
        segment.set(JAVA_BYTE, at + 16, (byte) 3);
        segment.set(JAVA_BYTE, at + 17, (byte) db);
        segment.set(JAVA_BYTE, at + 18, (byte) 1);
        segment.set(JAVA_BYTE, at + 19, (byte) l);
        segment.set(JAVA_BYTE, at + 20, (byte) 1);
        segment.set(JAVA_BYTE, at + 22, (byte) 0);
    }

    /** A system segment: a busy 64-bit task state segment, its limit in bytes. */
    private void setTaskState(long address) {
        segment.set(JAVA_LONG, TR, address);
        segment.set(JAVA_INT, TR + 8, TaskState.BYTES - 1);
        segment.set(JAVA_SHORT, TR + 12, (short) 0);
        segment.set(JAVA_BYTE, TR + 14, (byte) 11);
        segment.set(JAVA_BYTE, TR + 15, (byte) 1);
        segment.set(JAVA_BYTE, TR + 16, (byte) 0);
        segment.set(JAVA_BYTE, TR + 17, (byte) 0);
        segment.set(JAVA_BYTE, TR + 18, (byte) 0);
        segment.set(JAVA_BYTE, TR + 19, (byte) 0);
        segment.set(JAVA_BYTE, TR + 20, (byte) 0);
        segment.set(JAVA_BYTE, TR + 22, (byte) 0);
    }

    /**
     * Sets where a program begins, and what it finds there.
     *
     * @param rip its first instruction
     * @param rsp end of its stack
     * @param rdi its argument
     */
    public void setProgram(long rip, long rsp, long rdi) {
        segment.set(JAVA_LONG, RIP, rip);
        segment.set(JAVA_LONG, RSP, rsp);
        segment.set(JAVA_LONG, RDI, rdi);
        segment.set(JAVA_LONG, R12, 0);
    }

    /**
     * The next instruction.
     *
     * @return its address
     */
    public long rip() {
        return segment.get(JAVA_LONG, RIP);
    }

    /**
     * A register that calls keep.
     *
     * @return its value
     */
    public long r12() {
        return segment.get(JAVA_LONG, R12);
    }
}
