package org.ramtracker.sim.guest;

import static org.ramtracker.sim.guest.Stamps.WORD;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ramtracker.dirty.TrackedWriter;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.sim.kvm.KvmVcpu;

/**
 * Steps that a vCPU makes. Before each batch the machine writes the budget into the vCPU's control block, and after it the
 * number of steps that the vCPU reported: a device that writes guest memory while the guest runs, and marks what it wrote. The
 * program compares that number with its own, so it finds out if such a write gets lost.
 */
final class KvmSteps implements StepMaker {
    /** Some tens of microseconds of them, or two milliseconds of first writes to protected pages. */
    private static final int BATCH_STEPS = 512;

    private final KvmVcpu vcpu;
    private final int number;
    private final RamBlock home;
    private final long controlOffsetBytes;
    private final PageLayout layout;
    private final TrackedWriter device;
    private final Runnable onRingFull;

    KvmSteps(KvmVcpu vcpu, int number, KvmMap map, PageLayout layout, TrackedWriter device, Runnable onRingFull) {
        this.vcpu = vcpu;
        this.number = number;
        this.home = map.home();
        this.controlOffsetBytes = map.controlOffsetBytes(number);
        this.layout = layout;
        this.device = device;
        this.onRingFull = onRingFull;
    }

    @Override
    public int batchStepsMax() {
        return BATCH_STEPS;
    }

    @Override
    public long make(long firstStep, long count) throws IOException {
        long end = firstStep + count;
        device.putLong(home, controlOffsetBytes + ControlBlock.BUDGET, count);
        run(end);
        device.putLong(home, controlOffsetBytes + ControlBlock.ACKNOWLEDGED, end);
        return end;
    }

    /** A guest that never writes runs all the same, without a budget. */
    @Override
    public void rest(long steps) throws IOException {
        if (steps == 0) {
            run(0);
        }
    }

    private void run(long end) throws IOException {
        vcpu.runUntilOut(onRingFull, (port, value) -> check(port, value, end));
    }

    private void check(int port, int value, long end) throws IOException {
        switch (port) {
            case GuestProgram.PORT_DONE -> {
                if (value != (int) end) {
                    throw new IOException(
                            "vCPU %d reports step 0x%x instead of 0x%x".formatted(number, value, (int) end));
                }
            }
            case GuestProgram.PORT_STALE -> throw ControlBlock.badPage(control(), layout);
            case GuestProgram.PORT_LOST ->
                throw new IOException("vCPU %d found that a write of the machine to its control block is lost: %d"
                        .formatted(number, control().get(WORD, ControlBlock.ACKNOWLEDGED)));
            default ->
                throw new IOException("vCPU %d wrote 0x%x to the unknown port 0x%x".formatted(number, value, port));
        }
    }

    private MemorySegment control() {
        return home.segment().asSlice(controlOffsetBytes, ControlBlock.BYTES);
    }
}
