package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.ramtracker.libc.Errno;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LinuxCalls;

/** A vCPU of a {@link TinyVm}. One store or sweep at a time, from any thread. */
final class TinyVcpu implements AutoCloseable {
    private static final int EINTR = -4;
    private static final int EXIT_REASON = 8;

    private final FileHandle fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment run;
    private final MemorySegment regs;
    private final long codeAddress;
    private volatile Runnable onRingFull = () -> {};
    private final AtomicLong ringFullExits = new AtomicLong();

    TinyVcpu(int fd, int runBytes, long pageTables, long taskState, long codeAddress) throws IOException {
        this.fd = new FileHandle(fd);
        this.codeAddress = codeAddress;
        this.run = Libc.mmap(runBytes, Libc.MAP_SHARED, fd, 0, arena);
        this.regs = arena.allocate(144, 8);
        MemorySegment sregs = arena.allocate(312, 8);
        LinuxCalls.ioctl(fd, KvmApi.KVM_GET_SREGS, sregs);
        setSegment(sregs, 0, 0x0B, 11, 0, 1);
        for (int segment = 1; segment < 6; segment++) { // ds es fs gs ss
            setSegment(sregs, segment * 24L, 0x13, 3, 1, 0);
        }
        sregs.set(JAVA_LONG, 144, taskState); // tr: base, limit
        sregs.set(JAVA_INT, 152, 4095);
        sregs.set(JAVA_LONG, 224, 0x80050033L); // cr0
        sregs.set(JAVA_LONG, 240, pageTables); // cr3
        sregs.set(JAVA_LONG, 248, 0x220L); // cr4
        sregs.set(JAVA_LONG, 264, 0x500L); // efer
        LinuxCalls.ioctl(fd, KvmApi.KVM_SET_SREGS, sregs);
    }

    /** {@code struct kvm_segment}: base, limit, selector, type, present, dpl, db, s, l, g. */
    private static void setSegment(MemorySegment sregs, long at, int selector, int type, int db, int l) {
        sregs.set(JAVA_LONG, at, 0);
        sregs.set(JAVA_INT, at + 8, -1);
        sregs.set(JAVA_SHORT, at + 12, (short) selector);
        byte[] rest = {(byte) type, 1, 3, (byte) db, 1, (byte) l, 1};
        MemorySegment.copy(rest, 0, sregs, JAVA_BYTE, at + 14, rest.length);
    }

    int fd() {
        return fd.fd();
    }

    /** Whom to ask for room in the rings. */
    void onRingFull(Runnable action) {
        onRingFull = action;
    }

    long ringFullExits() {
        return ringFullExits.get();
    }

    /** Stores a number once. */
    synchronized void store(long address, long value) {
        sweep(address, 1, 4096, value, () -> true);
    }

    /** Stores into pages one after the other, again and again with growing numbers, until told to end after a sweep. */
    synchronized long sweep(long address, long pages, long strideBytes, long value, BooleanSupplier end) {
        setRegisters(address, pages, strideBytes, value);
        long sweeps = 0;
        do {
            runToOutput();
            sweeps++;
        } while (!end.getAsBoolean());
        return sweeps;
    }

    private void setRegisters(long address, long pages, long strideBytes, long value) {
        regs.set(JAVA_LONG, 16, strideBytes); // rcx
        regs.set(JAVA_LONG, 24, pages); // rdx
        regs.set(JAVA_LONG, 40, address); // rdi
        regs.set(JAVA_LONG, 64, value); // r8
        regs.set(JAVA_LONG, 128, codeAddress); // rip
        regs.set(JAVA_LONG, 136, 0x3002); // rflags: privilege level 3 may do port output
        try {
            LinuxCalls.ioctl(fd.fd(), KvmApi.KVM_SET_REGS, regs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void runToOutput() {
        while (true) {
            int result = LinuxCalls.ioctlOrErrno(fd.fd(), KvmApi.KVM_RUN, 0);
            if (result == EINTR) {
                continue;
            }
            check(result);
            int reason = run.get(JAVA_INT, EXIT_REASON);
            if (reason == KvmApi.KVM_EXIT_IO) {
                return;
            }
            if (reason != KvmApi.KVM_EXIT_DIRTY_RING_FULL) {
                throw new IllegalStateException("KVM_RUN ended with exit " + reason);
            }
            ringFullExits.incrementAndGet();
            onRingFull.run();
        }
    }

    private static void check(int result) {
        if (result < 0) {
            throw new IllegalStateException("a vCPU refused: " + Errno.describe(-result));
        }
    }

    @Override
    public void close() throws IOException {
        arena.close();
        fd.close();
    }
}
