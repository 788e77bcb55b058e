package org.ramtracker.sim.kvm;

import java.util.Map;

/** Names of the reasons for which KVM_RUN returns ({@code linux/kvm.h}), for people. */
final class KvmExit {
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(0, "KVM_EXIT_UNKNOWN"),
            Map.entry(1, "KVM_EXIT_EXCEPTION"),
            Map.entry(2, "KVM_EXIT_IO (port input or output)"),
            Map.entry(3, "KVM_EXIT_HYPERCALL"),
            Map.entry(4, "KVM_EXIT_DEBUG"),
            Map.entry(5, "KVM_EXIT_HLT (the guest halted)"),
            Map.entry(6, "KVM_EXIT_MMIO (access to memory that there is not)"),
            Map.entry(7, "KVM_EXIT_IRQ_WINDOW_OPEN"),
            Map.entry(8, "KVM_EXIT_SHUTDOWN (triple fault)"),
            Map.entry(9, "KVM_EXIT_FAIL_ENTRY (the processor refused its state)"),
            Map.entry(10, "KVM_EXIT_INTR"),
            Map.entry(16, "KVM_EXIT_NMI"),
            Map.entry(17, "KVM_EXIT_INTERNAL_ERROR (KVM could not go on)"),
            Map.entry(24, "KVM_EXIT_SYSTEM_EVENT"),
            Map.entry(29, "KVM_EXIT_X86_RDMSR"),
            Map.entry(30, "KVM_EXIT_X86_WRMSR"),
            Map.entry(31, "KVM_EXIT_DIRTY_RING_FULL"),
            Map.entry(39, "KVM_EXIT_MEMORY_FAULT"));

    private KvmExit() {}

    static String name(int reason) {
        return NAMES.getOrDefault(reason, "exit reason " + reason);
    }
}
