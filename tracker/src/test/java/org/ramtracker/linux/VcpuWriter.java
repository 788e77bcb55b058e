package org.ramtracker.linux;

import org.ramtracker.dirty.LossHunt;
import org.ramtracker.memory.RamBlock;

/** A writer that is a vCPU. */
final class VcpuWriter implements LossHunt.Writer {
    private final TinyVcpu vcpu;
    private final RamBlock block;
    private final long pageBytes;
    private volatile boolean stopped;
    private long value;

    VcpuWriter(TinyVcpu vcpu, RamBlock block, long pageBytes) {
        this.vcpu = vcpu;
        this.block = block;
        this.pageBytes = pageBytes;
    }

    @Override
    public void run() {
        value += vcpu.sweep(block.guestPhysicalAddress(), block.pages(), pageBytes, value, () -> stopped);
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void prepare() {
        stopped = false;
    }
}
