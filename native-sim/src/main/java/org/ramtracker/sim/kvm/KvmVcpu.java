package org.ramtracker.sim.kvm;

import static org.ramtracker.linux.KvmApi.KVM_EXIT_DIRTY_RING_FULL;
import static org.ramtracker.linux.KvmApi.KVM_EXIT_INTERNAL_ERROR;
import static org.ramtracker.linux.KvmApi.KVM_EXIT_INTR;
import static org.ramtracker.linux.KvmApi.KVM_EXIT_IO;
import static org.ramtracker.linux.KvmApi.KVM_EXIT_MMIO;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ramtracker.libc.Errno;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.LinuxCalls;
import org.ramtracker.linux.KvmApi;

/**
 * One virtual processor.
 *
 * <p>Threads: {@link #runUntilOut} on one; registers while nobody runs it.
 */
public final class KvmVcpu implements AutoCloseable {
    private final int number;
    private final int fd;
    private final Arena arena = Arena.ofShared();
    private final RunPage run;

    private KvmVcpu(int number, int fd, int runBytes) throws LibcException {
        this.number = number;
        this.fd = fd;
        this.run = new RunPage(Libc.mmap(runBytes, Libc.MAP_SHARED, fd, 0, arena));
    }

    static KvmVcpu create(int vmFd, int number, int runBytes, MemorySegment cpuid) throws LibcException {
        int fd = LinuxCalls.ioctl(vmFd, KvmApi.KVM_CREATE_VCPU, number);
        try {
            int ignored = LinuxCalls.ioctl(fd, KvmApi.KVM_SET_CPUID2, cpuid);
            return new KvmVcpu(number, fd, runBytes);
        } catch (LibcException e) {
            Libc.close(fd);
            throw e;
        }
    }

    int fd() {
        return fd;
    }

    /** What a vCPU wrote to a port of its VMM. */
    @FunctionalInterface
    public interface PortHandler {
        /**
         * Takes the value.
         *
         * @param port the port
         * @param value what was written
         * @throws IOException if the guest cannot go on after this
         */
        void onOut(int port, int value) throws IOException;
    }

    /**
     * Runs until the guest writes 32 bits to a port. Until the next run, or {@link #readRegisters}, the instruction counts as not
     * yet completed.
     *
     * @param onRingFull makes room in the dirty rings
     * @param handler is given what was written
     * @throws IOException if the guest does anything else that ends KVM_RUN, with the exit's name
     */
    public void runUntilOut(Runnable onRingFull, PortHandler handler) throws IOException {
        int reason = KVM_EXIT_INTR;
        while (reason == KVM_EXIT_INTR || reason == KVM_EXIT_DIRTY_RING_FULL) {
            if (reason == KVM_EXIT_DIRTY_RING_FULL) {
                onRingFull.run();
            }
            reason = runOnce();
        }
        if (reason != KVM_EXIT_IO || !run.isOut32()) {
            throw unexpected(reason);
        }
        handler.onOut(run.port(), run.outValue());
    }

    private int runOnce() throws IOException {
        int result = LinuxCalls.ioctlOrErrno(fd, KvmApi.KVM_RUN, 0);
        if (result >= 0) {
            return run.exitReason();
        }
        if (-result == Errno.EINTR || -result == Errno.EAGAIN) {
            return KVM_EXIT_INTR;
        }
        throw new IOException("ioctl(fd %d, KVM_RUN) of vCPU %d: %s".formatted(fd, number, Errno.describe(-result)));
    }

    private IOException unexpected(int reason) throws LibcException {
        String more = switch (reason) {
            case KVM_EXIT_MMIO -> " at 0x%x".formatted(run.physicalAddress());
            case KVM_EXIT_INTERNAL_ERROR -> ", suberror " + run.suberror();
            default -> "";
        };
        VcpuRegisters registers = VcpuRegisters.allocate();
        int ignored = LinuxCalls.ioctl(fd, KvmApi.KVM_GET_REGS, registers.regs());
        return new IOException(
                "vCPU %d stopped with %s%s, rip 0x%x".formatted(number, KvmExit.name(reason), more, registers.rip()));
    }

    /**
     * Completes what the last exit left open, and reads the registers.
     *
     * @param registers is filled in
     * @throws IOException if KVM refuses
     */
    public void readRegisters(VcpuRegisters registers) throws IOException {
        completeExit();
        int regs = LinuxCalls.ioctl(fd, KvmApi.KVM_GET_REGS, registers.regs());
        int sregs = LinuxCalls.ioctl(fd, KvmApi.KVM_GET_SREGS, registers.sregs());
        assert regs == 0 && sregs == 0;
    }

    /** The state of a vCPU after an exit for I/O is consistent only once KVM_RUN was called again. */
    private void completeExit() throws IOException {
        run.setImmediateExit(true);
        try {
            int reason = runOnce();
            assert reason == KVM_EXIT_INTR : KvmExit.name(reason);
        } finally {
            run.setImmediateExit(false);
        }
    }

    /**
     * Sets the registers.
     *
     * @param registers from {@link #readRegisters}, possibly of another vCPU
     * @throws LibcException if KVM refuses them
     */
    public void writeRegisters(VcpuRegisters registers) throws LibcException {
        int sregs = LinuxCalls.ioctl(fd, KvmApi.KVM_SET_SREGS, registers.sregs());
        int regs = LinuxCalls.ioctl(fd, KvmApi.KVM_SET_REGS, registers.regs());
        assert regs == 0 && sregs == 0;
    }

    /** Does not run any more. Once. */
    @Override
    public void close() throws LibcException {
        arena.close();
        Libc.close(fd);
    }
}
