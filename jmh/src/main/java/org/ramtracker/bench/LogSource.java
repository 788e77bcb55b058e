package org.ramtracker.bench;

/** The kernel's dirty logs. */
public enum LogSource {
    /** PAGEMAP_SCAN; machine code of this process writes. */
    PAGEMAP,
    /** KVM's bitmap, protected by the request that fetches; a vCPU writes. */
    KVM_LOG,
    /** KVM's bitmap, protected in chunks. */
    KVM_CLEAR,
    /** KVM's rings of 65,536 entries. */
    KVM_RING
}
