package org.ramtracker.sim.guest;

/** From where a machine learns which pages its guest wrote. */
public enum DirtySource {
    /** The guest's own marks, made by software that knows what it writes. */
    MARKS,
    /** The kernel's page table of this process: PAGEMAP_SCAN with asynchronous write protection. */
    PAGEMAP,
    /** KVM's bitmap, fetched and protected by one request; with marks for what the machine itself writes. */
    KVM_LOG,
    /** KVM's bitmap, protected again in chunks; with marks likewise. */
    KVM_CLEAR,
    /** KVM's rings, one for each vCPU; with marks likewise. */
    KVM_RING;

    /**
     * The name that people type.
     *
     * @return for example {@code marks}
     */
    public String optionName() {
        return OptionNames.of(this);
    }

    /**
     * The source of a name.
     *
     * @param optionName what a person typed
     * @return the source
     * @throws IllegalArgumentException if there is none; the message lists those that there are
     */
    public static DirtySource parse(String optionName) {
        return OptionNames.parse(values(), "dirty log", optionName);
    }
}
