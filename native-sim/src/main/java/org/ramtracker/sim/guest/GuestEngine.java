package org.ramtracker.sim.guest;

import java.util.List;
import org.ramtracker.sim.kvm.VcpuRegisters;

/** What makes a guest's writes. The order is part of the saved state's format. */
public enum GuestEngine {
    /** Java threads, which mark what they wrote. */
    THREADS("Java threads", GuestSpec.THREADS_MAX, 0),
    /** Threads in machine code outside of Java, which mark nothing. */
    NATIVE("native threads", GuestSpec.THREADS_MAX, 0),
    /** A 64-bit program on the vCPUs of a real virtual machine. */
    KVM("vCPUs", 64, VcpuRegisters.BYTES),
    /** A Java thread that plays a recorded trace back, and marks what it wrote. */
    REPLAY("a replayed trace", 1, ReplayState.BYTES);

    private final String description;
    private final int threadsMax;
    private final int registerBytes;

    GuestEngine(String description, int threadsMax, int registerBytes) {
        this.description = description;
        this.threadsMax = threadsMax;
        this.registerBytes = registerBytes;
    }

    /**
     * The name that people type.
     *
     * @return for example {@code threads}
     */
    public String optionName() {
        return OptionNames.of(this);
    }

    /**
     * What a guest of this engine consists of.
     *
     * @return a plural noun
     */
    public String description() {
        return description;
    }

    /**
     * Which dirty logs see all writes of such a guest.
     *
     * @return the one to use unless somebody wants another, then the others
     */
    public List<DirtySource> dirtySources() {
        return switch (this) {
            case THREADS, REPLAY -> List.of(DirtySource.MARKS, DirtySource.PAGEMAP);
            case NATIVE -> List.of(DirtySource.PAGEMAP);
            case KVM -> List.of(DirtySource.KVM_LOG, DirtySource.KVM_CLEAR, DirtySource.KVM_RING, DirtySource.PAGEMAP);
        };
    }

    /** Most threads or vCPUs. */
    int threadsMax() {
        return threadsMax;
    }

    /** What to save for each thread or vCPU besides its progress; 0 if there is nothing. */
    int registerBytes() {
        return registerBytes;
    }
}
