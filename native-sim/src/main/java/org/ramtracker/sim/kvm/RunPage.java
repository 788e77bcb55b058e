package org.ramtracker.sim.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * {@code struct kvm_run} ({@code linux/kvm.h}), memory that a vCPU's thread shares with KVM, in host byte order.
 *
 * <pre>
 *   0   1                8               32
 *   |   | immediate_exit | exit_reason   | by reason
 *
 *   KVM_EXIT_IO          32 direction (1 = out)   33 size   34 port   36 count   40 offset of the data in this page
 *   KVM_EXIT_MMIO        32 guest-physical address   40 data   48 length   52 is write
 *   INTERNAL_ERROR       32 suberror
 *   FAIL_ENTRY           32 hardware_entry_failure_reason
 * </pre>
 */
record RunPage(MemorySegment segment) {
    private static final long IMMEDIATE_EXIT = 1;
    private static final long EXIT_REASON = 8;
    private static final byte DIRECTION_OUT = 1;

    void setImmediateExit(boolean wanted) {
        segment.set(JAVA_BYTE, IMMEDIATE_EXIT, (byte) (wanted ? 1 : 0));
    }

    int exitReason() {
        return segment.get(JAVA_INT, EXIT_REASON);
    }

    /** Whether the vCPU wrote one value of 32 bits to a port. */
    boolean isOut32() {
        return segment.get(JAVA_BYTE, 32) == DIRECTION_OUT
                && segment.get(JAVA_BYTE, 33) == Integer.BYTES
                && segment.get(JAVA_INT, 36) == 1;
    }

    int port() {
        return Short.toUnsignedInt(segment.get(JAVA_SHORT, 34));
    }

    int outValue() {
        return segment.get(JAVA_INT, segment.get(JAVA_LONG, 40));
    }

    long physicalAddress() {
        return segment.get(JAVA_LONG, 32);
    }

    int suberror() {
        return segment.get(JAVA_INT, 32);
    }
}
